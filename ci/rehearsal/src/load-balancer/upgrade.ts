import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Endpoint } from "../network/network.ts";
import type { ListenerRecord } from "../services/elbv2/state.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import { errorPage } from "./own-answers.ts";

export interface UpgradeObserver {
  /** The status of the target's own answer: 101, or why not. */
  readonly onAnswer: (status: number) => void;
  /** There is no connection to the target. */
  readonly onFailure: () => void;
}

/** An application load balancer knows WebSockets; other protocols that a client would rather speak are not heeded. */
export const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === "websocket";

/** A connection that becomes a WebSocket: its bytes pass both ways, whatever they are. */
export function passUpgrade(request: IncomingMessage, client: Duplex, head: Buffer, listener: ListenerRecord, endpoint: Extract<Endpoint, { kind: "tcp" }>, { onAnswer, onFailure }: UpgradeObserver): void {
  const target = connect(endpoint.port, endpoint.host);
  target.once("data", (chunk: Buffer) => {
    const status = /^HTTP\/1\.\d (\d{3})/.exec(chunk.toString("latin1", 0, 12))?.[1];
    if (status !== undefined) onAnswer(Number(status));
  });
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
