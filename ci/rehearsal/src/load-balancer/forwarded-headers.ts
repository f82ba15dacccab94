import type { IncomingMessage } from "node:http";
import type { ListenerRecord } from "../services/elbv2/state.ts";

/** Those that are of one connection only. Source: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const hopByHop = new Set(["connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"]);

/** A load generator of ours asks by it who answers. It does not reach the target. */
export const loadHeader = "x-rehearsal-load";

export interface ForwardedHeaders {
  /** Names and values by turns. */
  readonly headers: string[];
  readonly hasBody: boolean;
  /** Whether the answer is to say which target gave it. */
  readonly isOurLoad: boolean;
}

/** What goes on to the target: the client's own, without those of the connection, and where it came from. */
export function forwardedHeaders({ rawHeaders, socket }: IncomingMessage, { port, protocol }: ListenerRecord): ForwardedHeaders {
  const headers: string[] = [];
  let hasBody = false;
  let isOurLoad = false;
  let forwardedFor = "";
  let dropped: readonly string[] | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const value = rawHeaders[index + 1] ?? "";
    const lower = name.toLowerCase();
    switch (lower) {
      case "connection":
        dropped ??= droppedBy(value);
        continue;
      case "transfer-encoding":
        hasBody = true;
        continue;
      case "content-length":
        hasBody = true;
        break;
      case "x-forwarded-for":
        forwardedFor = forwardedFor === "" ? value : `${forwardedFor}, ${value}`;
        continue;
      case "expect":
      case "x-forwarded-proto":
      case "x-forwarded-port":
        continue;
      case loadHeader:
        isOurLoad = true;
        continue;
      default:
        if (hopByHop.has(lower)) continue;
    }
    headers.push(name, value);
  }
  const kept = dropped === undefined ? headers : without(headers, dropped);
  const client = (socket.remoteAddress ?? "127.0.0.1").replace("::ffff:", "");
  kept.push("x-forwarded-for", forwardedFor === "" ? client : `${forwardedFor}, ${client}`, "x-forwarded-proto", protocol.toLowerCase(), "x-forwarded-port", String(port));
  return { headers: kept, hasBody, isOurLoad };
}

/** The target's, for the client. */
export function returnedHeaders(raw: readonly (string | Buffer)[]): string[] {
  const headers: string[] = [];
  let dropped: readonly string[] | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = String(raw[index]);
    const lower = name.toLowerCase();
    if (lower === "connection") dropped ??= droppedBy(text(raw[index + 1] ?? ""));
    if (!hopByHop.has(lower)) headers.push(name, text(raw[index + 1] ?? ""));
  }
  return dropped === undefined ? headers : without(headers, dropped);
}

/** What a `connection` header says besides whether it is kept: headers that are for this connection only. */
const droppedBy = (value: string): readonly string[] | undefined => (/^(?:keep-alive|close)$/i.test(value) ? undefined : value.toLowerCase().split(/\s*,\s*/));

const text = (value: string | Buffer): string => (typeof value === "string" ? value : value.toString("latin1"));

const without = (headers: readonly string[], names: readonly string[]): string[] => headers.filter((_text, index) => !names.includes((headers[index - (index % 2)] ?? "").toLowerCase()));
