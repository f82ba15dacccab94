import type { IncomingMessage, ServerResponse } from "node:http";
import type { Timeline } from "../timeline.ts";

/** The timeline as server-sent events: what has happened since the last that the reader has seen, and then what happens. */
export function sendEvents(request: IncomingMessage, response: ServerResponse, timeline: Timeline): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", connection: "keep-alive" });
  const seen = Number(request.headers["last-event-id"] ?? 0);
  const send = (entry: { readonly number: number }): void => {
    response.write(`id: ${String(entry.number)}\ndata: ${JSON.stringify(entry)}\n\n`);
  };
  for (const entry of timeline.since(Number.isInteger(seen) ? seen : 0)) send(entry);
  const stop = timeline.subscribe(send);
  response.on("close", stop);
}
