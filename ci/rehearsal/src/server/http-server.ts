import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Parts } from "../parts.ts";
import { AwsError } from "../protocol/aws-error.ts";
import type { WireRequest, WireResponse } from "../protocol/dialect.ts";
import { dialectOf } from "../protocol/dialects.ts";
import { answerCall } from "./api.ts";
import { whyForeign } from "./own-request.ts";
import { plainBody } from "./plain-body.ts";
import { pathOf } from "./request-path.ts";
import { HangUp } from "./struck-call.ts";

/** Longest body of an API call, bytes. */
const longestCall = 1024 * 1024;

/** Takes the requests below its path before they are taken for API calls: the registry, the page. */
export interface Mount {
  readonly path: string;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export async function listen(parts: Parts, mounts: readonly Mount[], { host, port }: { readonly host: string; readonly port: number }): Promise<Server> {
  const server = createServer((request, response) => {
    void route(request, response, parts, mounts);
  });
  server.listen(port, host);
  await once(server, "listening");
  return server;
}

/** By loopback where it listens everywhere: that is no address to ask. */
export const urlOf = (server: Server): string => {
  const { address: bound, port, family } = server.address() as AddressInfo;
  const address = bound === "0.0.0.0" ? "127.0.0.1" : bound === "::" ? "::1" : bound;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${String(port)}`;
};

async function route(request: IncomingMessage, response: ServerResponse, parts: Parts, mounts: readonly Mount[]): Promise<void> {
  const path = pathOf(request);
  const mount = mounts.find((candidate) => path === candidate.path.replace(/\/$/, "") || path.startsWith(candidate.path));
  try {
    if (mount !== undefined) {
      await mount.handle(request, response);
      return;
    }
    send(response, await answer(request, path, parts));
  } catch (error) {
    // A fault cuts the connection; the caller has gone; or a mount is defective.
    if (error instanceof HangUp) request.socket.destroy();
    else if (!response.headersSent) send(response, { status: 500, headers: { "content-type": "text/plain" }, body: `The rehearsal itself failed: ${error instanceof Error ? error.message : String(error)}\n` });
    else response.destroy();
  }
}

async function answer(request: IncomingMessage, path: string, parts: Parts): Promise<WireResponse> {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
  const sent = await bodyOf(request);
  try {
    const why = whyForeign(request.headers, parts);
    if (why !== undefined) throw new AwsError("AccessDeniedException", why, { status: 403 });
    const wire: WireRequest = { method: request.method ?? "GET", path, headers, body: plainBody(sent, headers["content-encoding"], longestCall) };
    return await answerCall(wire, parts);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    parts.timeline.add("api", "refused", { service: "unknown", operation: "unknown", error: error.name, message: error.message });
    return dialectOf(headers).fail(error, undefined, parts.ids.uuid());
  }
}

/** Undefined when it is too long; the rest is let go unread. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= longestCall) chunks.push(chunk);
  }
  return length > longestCall ? undefined : Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers, body }: WireResponse): void {
  response.writeHead(status, { ...headers, "content-length": typeof body === "string" ? Buffer.byteLength(body) : body.byteLength });
  response.end(body);
}
