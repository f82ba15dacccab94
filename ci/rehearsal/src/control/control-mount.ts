import type { IncomingMessage, ServerResponse } from "node:http";
import { ZodError } from "zod";
import { faultSchema } from "../faults/fault.ts";
import { faults } from "../faults/faults.ts";
import type { Parts } from "../parts.ts";
import { address } from "../server/address.ts";
import type { Mount } from "../server/http-server.ts";
import { sendEvents } from "./send-events.ts";

/** What the control interface needs to know of the process around the rehearsal. */
export interface Controlled {
  readonly id: string;
  /** Ends the process, where it is one of its own. */
  readonly stop?: () => void;
}

/** Longest body of a request here, bytes. */
const longest = 64 * 1024;

/**
 * For people, the page and the command line, below `/_rehearsal/`: status, the
 * timeline (as a list, or live), time, and faults. Nothing of it exists in AWS.
 */
export const controlMount = (parts: Parts, controlled: Controlled): Mount => ({
  path: "/_rehearsal/",
  handle: async (request, response) => {
    const url = new URL(request.url ?? "/", "http://rehearsal");
    const what = `${request.method ?? "GET"} ${url.pathname.slice("/_rehearsal/".length)}`;
    if (request.method !== "GET" && !isOwn(request, parts)) {
      sendJson(response, 403, { error: "A page of another origin may not change a rehearsal." });
      return;
    }
    if (what === "GET status") sendJson(response, 200, statusOf(parts, controlled));
    else if (what === "GET timeline") sendJson(response, 200, parts.timeline.since(Number(url.searchParams.get("since") ?? 0)));
    else if (what === "GET events") sendEvents(request, response, parts.timeline);
    else if (what === "GET faults") sendJson(response, 200, parts.get(faults).list());
    else if (what === "POST faults") await inject(request, response, parts);
    else if (what.startsWith("DELETE faults/")) sendJson(response, parts.get(faults).remove(what.slice("DELETE faults/".length)) ? 200 : 404, {});
    else if (what === "POST stop" && controlled.stop !== undefined) {
      sendJson(response, 200, {});
      controlled.stop();
    } else sendJson(response, 404, { error: `The rehearsal has nothing at ${what}. There are status, timeline?since=N, events and faults.` });
  },
});

/** Browsers name the origin of what they send; command lines send none. */
const isOwn = (request: IncomingMessage, parts: Parts): boolean => request.headers.origin === undefined || request.headers.origin === parts.get(address).url;

const statusOf = (parts: Parts, { id }: Controlled): object => ({
  id,
  url: parts.get(address).url,
  account: parts.world.account,
  region: parts.world.region,
  /** Virtual time, and how fast it runs now. */
  now: new Date(parts.clock.now()).toISOString(),
  rate: parts.clock.rate(),
  faults: parts.get(faults).list(),
  lastEvent: parts.timeline.since().at(-1) ?? null,
});

async function inject(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  try {
    const fault = faultSchema.parse(JSON.parse(await textOf(request)));
    sendJson(response, 201, { id: parts.get(faults).inject(fault) });
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof ZodError) && !(error instanceof RangeError)) throw error;
    const why = error instanceof ZodError ? error.issues.map((issue) => `${issue.path.map(String).join(".")}: ${issue.message}`.replace(/^: /, "")).join("; ") : error.message;
    sendJson(response, 400, { error: `This is no fault that can be injected: ${why}` });
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString("utf8");
    if (text.length > longest) throw new RangeError(`it is longer than ${String(longest)} bytes`);
  }
  return text;
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}
