import type { IncomingMessage, ServerResponse } from "node:http";
import { machineTime } from "../clock/machine-time.ts";
import type { Parts } from "../parts.ts";

/** How often it is looked whether time runs otherwise than the reader thinks, in milliseconds of the machine. */
const lookMs = 500;
/** The time is told at least so often: a reader takes a longer silence for the end. */
const tellMs = 4000;

/**
 * The timeline as server-sent events: what has happened since the last that the
 * reader has seen (`since`, or what a browser says when it comes back), and then
 * what happens. Besides, as `clock` events without a number, the time and its rate.
 */
export function sendEvents(request: IncomingMessage, response: ServerResponse, { clock, timeline }: Parts): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", connection: "keep-alive" });
  const seen = Number(request.headers["last-event-id"] ?? new URL(request.url ?? "/", "http://rehearsal").searchParams.get("since") ?? 0);
  const send = (entry: { readonly number: number }): void => {
    response.write(`id: ${String(entry.number)}\ndata: ${JSON.stringify(entry)}\n\n`);
  };
  for (const entry of timeline.since(Number.isInteger(seen) ? seen : 0)) send(entry);
  let told = { nowMs: 0, rate: 0, atMs: -Infinity };
  let cancel = (): void => undefined;
  const tellTime = (): void => {
    const [nowMs, rate, atMs] = [clock.now(), clock.rate(), machineTime.now()];
    const expectedMs = told.nowMs + (atMs - told.atMs) * told.rate;
    if (rate !== told.rate || atMs - told.atMs >= tellMs || Math.abs(nowMs - expectedMs) > 500 * rate) {
      told = { nowMs, rate, atMs };
      response.write(`event: clock\ndata: ${JSON.stringify({ nowMs, rate })}\n\n`);
    }
    cancel = machineTime.after(lookMs, tellTime);
  };
  tellTime();
  const stop = timeline.subscribe(send);
  response.on("close", () => {
    stop();
    cancel();
  });
}
