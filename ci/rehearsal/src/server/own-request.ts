import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Parts } from "../parts.ts";
import { address } from "./address.ts";

type Headers = IncomingMessage["headers"];

const hostsOfEngines = /^(?:host|gateway)\.[a-z0-9-]+\.internal$/;

/**
 * Whether it was sent to this machine by one of its own names, at any port (a
 * port may have been passed on). A page whose name was made to lead here, after
 * it was loaded from elsewhere, names itself. No name can be made to look like an
 * address, nor like those by which container engines call their host
 * (`host.docker.internal`). What sends no Host is no browser.
 */
export function isNamed({ host }: Headers, ownNames: readonly string[] = []): boolean {
  const name = host?.replace(/:\d+$/, "").toLowerCase();
  return name === undefined || name === "localhost" || hostsOfEngines.test(name) || isIP(name.replace(/^\[|\]$/g, "")) !== 0 || ownNames.includes(name);
}

/** Where it is reached by names of others, any is taken. */
export const isForUs = (headers: Headers, parts: Parts): boolean => parts.get(address).anyHost || isNamed(headers, [nameOf(parts)]);

/** Browsers name the origin of what they send; command lines send none. Of ours is a page that was itself loaded from here, by a name of this machine. */
export function isOwn({ host, origin }: Headers, parts: Parts): boolean {
  if (origin === undefined) return true;
  const from = URL.parse(origin);
  return from?.protocol === "http:" && from.host === host?.toLowerCase() && isNamed({ host: from.host }, [nameOf(parts)]);
}

/** Why the API and the registry, which no page has to do with, do not answer it; undefined for what they answer. */
export function whyForeign(headers: Headers, parts: Parts): string | undefined {
  const { url } = parts.get(address);
  if (!isForUs(headers, parts)) return `This is a rehearsal, and ${shown(headers.host)} is no name of its machine. Ask for ${url}.`;
  return headers.origin === undefined ? undefined : `This is a rehearsal, and takes no calls of web pages: this one is of ${shown(headers.origin)}.`;
}

/** What others send is shown, and may be as long as headers get. */
const shown = (text = ""): string => text.slice(0, 200);

const nameOf = (parts: Parts): string => new URL(parts.get(address).url).hostname;
