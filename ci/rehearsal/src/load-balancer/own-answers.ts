import type { IncomingMessage, ServerResponse } from "node:http";
import type { ListenerAction, ListenerRecord } from "../services/elbv2/state.ts";

/** What a load balancer answers itself, in the words of an ALB. */

const titles: Readonly<Record<number, string>> = { 502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out" };

export type OwnError = 502 | 503 | 504;

export function errorPage(status: number): string {
  const title = `${String(status)} ${titles[status] ?? "Error"}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

export function answerError(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  const body = errorPage(status);
  response.writeHead(status, titles[status] ?? "Error", { ...headers, server: "awselb/2.0", "content-type": "text/html", "content-length": Buffer.byteLength(body) });
  response.end(body);
}

export function answerAction(action: Exclude<ListenerAction, { type: "forward" }>, listener: ListenerRecord, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  if (action.type === "fixed-response") {
    response.writeHead(Number(action.status), { server: "awselb/2.0", "content-type": action.contentType, "content-length": Buffer.byteLength(action.body) });
    response.end(action.body);
    return;
  }
  response.writeHead(action.status === "HTTP_301" ? 301 : 302, { server: "awselb/2.0", location: locationOf(action, listener, request), "content-length": 0 });
  response.end();
}

function locationOf(action: Extract<ListenerAction, { type: "redirect" }>, listener: ListenerRecord, { url = "/", headers }: IncomingMessage): string {
  const [path = "/", query = ""] = url.split("?", 2);
  const values: Readonly<Record<string, string>> = { protocol: listener.protocol, host: (headers.host ?? "").replace(/:\d+$/, ""), port: String(listener.port), path: path.slice(1), query };
  const fill = (text: string): string => text.replace(/#\{(\w+)\}/g, (_all, name: string) => values[name] ?? "");
  const search = fill(action.query);
  return `${fill(action.protocol).toLowerCase()}://${fill(action.host)}:${fill(action.port)}${fill(action.path)}${search === "" ? "" : `?${search}`}`;
}
