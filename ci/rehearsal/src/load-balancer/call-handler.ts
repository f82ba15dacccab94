import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { Endpoint } from "../network/network.ts";
import type { BalancerSettings } from "./balancer-settings.ts";
import type { Exchange } from "./exchange.ts";
import { returnedHeaders } from "./forwarded-headers.ts";
import { late, within } from "./within.ts";

type Handler = Extract<Endpoint, { kind: "handler" }>;

/** The same as `relay`, for a target that is a function of this process. */
export async function callHandler(exchange: Exchange, { handle }: Handler, { machine, idleTimeoutMs }: BalancerSettings): Promise<void> {
  let answer: Response | typeof late;
  try {
    answer = await within(machine, idleTimeoutMs, handle(requestOf(exchange)));
  } catch {
    exchange.fail(502);
    return;
  }
  if (answer === late) {
    exchange.fail(504);
    return;
  }
  const { status, statusText, headers, body } = answer;
  exchange.begin(status, statusText, returnedHeaders([...headers].flat()));
  try {
    for await (const chunk of body ?? []) {
      if (exchange.response.destroyed) return;
      exchange.response.write(chunk);
    }
    exchange.response.end();
  } catch {
    exchange.response.destroy();
  }
}

function requestOf({ request, forwarded, chosen: { target } }: Exchange): Request {
  const { headers: flat, hasBody } = forwarded;
  const headers = new Headers();
  for (let index = 0; index + 1 < flat.length; index += 2) headers.append(flat[index] ?? "", flat[index + 1] ?? "");
  const url = `http://${target.id}:${String(target.port)}${request.url ?? "/"}`;
  const method = request.method ?? "GET";
  return hasBody && method !== "GET" && method !== "HEAD" ? new Request(url, { method, headers, body: Readable.toWeb(request) as ReadableStream<Uint8Array>, duplex: "half" }) : new Request(url, { method, headers });
}
