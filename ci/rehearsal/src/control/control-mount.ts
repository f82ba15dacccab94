import type { IncomingMessage, ServerResponse } from "node:http";
import { z, ZodError } from "zod";
import { faultSchema } from "../faults/fault.ts";
import { faults } from "../faults/faults.ts";
import type { Parts } from "../parts.ts";
import { balancer } from "../load-balancer/balancer.ts";
import { AwsError } from "../protocol/aws-error.ts";
import { elbv2State } from "../services/elbv2/state.ts";
import { address } from "../server/address.ts";
import type { Mount } from "../server/http-server.ts";
import { isForUs, isOwn } from "../server/own-request.ts";
import { pathOf } from "../server/request-path.ts";
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
    if (!isForUs(request.headers, parts)) {
      sendJson(response, 403, { error: `This is a rehearsal, and ${request.headers.host ?? ""} is no name of its machine. Ask for ${parts.get(address).url}${pathOf(request)}.` });
      return;
    }
    const url = new URL(request.url ?? "/", "http://rehearsal");
    const what = `${request.method ?? "GET"} ${url.pathname.slice("/_rehearsal/".length)}`;
    if (request.method !== "GET" && !isOwn(request.headers, parts)) {
      sendJson(response, 403, { error: "A page of another origin may not change a rehearsal." });
      return;
    }
    const path = url.pathname.slice("/_rehearsal/".length);
    if (url.pathname === "/_rehearsal") {
      response.writeHead(308, { location: "/_rehearsal/" }).end();
      return;
    }
    if (what === "GET status") sendJson(response, 200, statusOf(parts, controlled));
    else if (what === "GET listeners") sendJson(response, 200, await listenersOf(parts));
    else if (what === "GET timeline") sendJson(response, 200, parts.timeline.since(Number(url.searchParams.get("since") ?? 0)));
    else if (what === "GET events") sendEvents(request, response, parts);
    else if (what === "GET faults") sendJson(response, 200, parts.get(faults).list());
    else if (what === "POST faults") await inject(request, response, parts);
    else if (what.startsWith("DELETE faults/")) sendJson(response, parts.get(faults).remove(what.slice("DELETE faults/".length)) ? 200 : 404, {});
    else if (/^POST deployments\/[^/]+\/(stop|continue)$/.test(what)) await act(request, response, parts, path);
    else if (request.method === "GET" && (path === "" || path.startsWith("page/")) && (await (await import("./page-files.ts")).sendPage(response, path))) return;
    else if (what === "POST stop" && controlled.stop !== undefined) {
      sendJson(response, 200, {});
      controlled.stop();
    } else sendJson(response, 404, { error: `The rehearsal has nothing at ${what}. There are the page, status, listeners, timeline?since=N, events, faults, and deployments/<id>/stop|continue.` });
  },
});

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

/** Where each listener answers on this machine: a load balancer's own name leads nowhere. Without those whose port could not be had. */
const listenersOf = async (parts: Parts): Promise<object[]> =>
  (await Promise.all(elbv2State(parts).listeners.map(async ({ arn, port }) => parts.get(balancer).addressOf(arn).then((url) => [{ arn, port, url }], () => [])))).flat();

async function inject(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  try {
    const fault = faultSchema.parse(JSON.parse(await textOf(request)));
    const { checkFault } = await import("./check-fault.ts");
    await checkFault(fault, parts);
    sendJson(response, 201, { id: parts.get(faults).inject(fault) });
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof ZodError) && !(error instanceof RangeError)) throw error;
    const why = error instanceof ZodError ? error.issues.map((issue) => `${issue.path.map(String).join(".")}: ${issue.message}`.replace(/^: /, "")).join("; ") : error.message;
    sendJson(response, 400, { error: `This is no fault that can be injected: ${why}` });
  }
}

/** What CodeDeploy refuses, it says. */
async function act(request: IncomingMessage, response: ServerResponse, parts: Parts, path: string): Promise<void> {
  const { stopByOperator, continueByOperator } = await import("./operator-calls.ts");
  const [, escaped = "", action] = path.split("/");
  const id = unescaped(escaped);
  if (id === undefined) {
    sendJson(response, 400, { error: `No deployment is called ${escaped}: that is no text with escapes as URLs have them.` });
    return;
  }
  try {
    const text = await textOf(request);
    if (action === "stop") await stopByOperator(parts, id);
    else await continueByOperator(parts, id, waitSchema.parse(JSON.parse(text)).wait);
    sendJson(response, 200, {});
  } catch (error) {
    if (error instanceof AwsError) sendJson(response, 409, { error: error.message, code: error.name });
    else if (error instanceof SyntaxError || error instanceof ZodError || error instanceof RangeError) sendJson(response, 400, { error: "Which wait is over has to be said: {\"wait\": \"READY_WAIT\"} or {\"wait\": \"TERMINATION_WAIT\"}." });
    else throw error;
  }
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const waitSchema = z.object({ wait: z.enum(["READY_WAIT", "TERMINATION_WAIT"]) });

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
