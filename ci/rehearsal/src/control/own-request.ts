import type { IncomingMessage } from "node:http";
import type { Parts } from "../parts.ts";
import { address } from "../server/address.ts";

const loopbackNames = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Whether it was sent to this machine by one of its own names, at any port (a
 * port may have been passed on). A page whose name was made to lead here, after
 * it was loaded from elsewhere, names itself. What sends no Host is no browser.
 */
export const isNamed = (request: IncomingMessage, ownNames: readonly string[] = []): boolean => {
  const name = request.headers.host?.replace(/:\d+$/, "").toLowerCase();
  return name === undefined || loopbackNames.includes(name) || ownNames.includes(name);
};

/** Where it is reached by names of others, any is taken. */
export const isForUs = (request: IncomingMessage, parts: Parts): boolean => parts.get(address).anyHost || isNamed(request, [nameOf(parts)]);

/** Browsers name the origin of what they send; command lines send none. Of ours is a page that was itself loaded from here, by a name of this machine. */
export function isOwn({ headers: { host, origin } }: IncomingMessage, parts: Parts): boolean {
  if (origin === undefined) return true;
  const from = URL.parse(origin);
  return from?.protocol === "http:" && from.host === host?.toLowerCase() && [...loopbackNames, nameOf(parts)].includes(from.hostname);
}

const nameOf = (parts: Parts): string => new URL(parts.get(address).url).hostname;
