import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Endpoint } from "../network/network.ts";
import type { ListenerRecord } from "../services/elbv2/state.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import { errorPage } from "./own-answers.ts";

/** A connection that becomes something else, a WebSocket: its bytes pass both ways, whatever they are. */
export function passUpgrade(request: IncomingMessage, client: Duplex, head: Buffer, listener: ListenerRecord, endpoint: Extract<Endpoint, { kind: "tcp" }>, onFailure: () => void): void {
  const target = connect(endpoint.port, endpoint.host);
  let isConnected = false;
  target.once("connect", () => {
    isConnected = true;
    target.write(headOf(request, listener));
    if (head.length > 0) target.write(head);
    target.pipe(client);
    client.pipe(target);
  });
  target.on("error", () => {
    if (isConnected) {
      client.destroy();
      return;
    }
    onFailure();
    refuseUpgrade(client, 502);
  });
  target.on("close", () => client.destroy());
  client.on("error", () => target.destroy());
  client.on("close", () => target.destroy());
}

export function refuseUpgrade(client: Duplex, status: 502 | 503): void {
  const body = errorPage(status);
  client.end(`HTTP/1.1 ${String(status)} ${status === 502 ? "Bad Gateway" : "Service Temporarily Unavailable"}\r\nserver: awselb/2.0\r\ncontent-type: text/html\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\nconnection: close\r\n\r\n${body}`);
}

function headOf(request: IncomingMessage, listener: ListenerRecord): string {
  const { headers } = forwardedHeaders(request, listener);
  const lines = [`${request.method ?? "GET"} ${request.url ?? "/"} HTTP/1.1`, "connection: upgrade", `upgrade: ${request.headers.upgrade ?? ""}`];
  for (let index = 0; index + 1 < headers.length; index += 2) lines.push(`${headers[index] ?? ""}: ${headers[index + 1] ?? ""}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
