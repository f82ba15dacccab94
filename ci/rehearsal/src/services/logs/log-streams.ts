import type { Parts } from "../../parts.ts";
import { createLogGroup, createLogStream } from "./create.ts";
import { logsSlice, type LogStreamRecord } from "./state.ts";

/** Events kept of one stream; the oldest go first. */
const longestStream = 5_000;
/** Characters kept of one message: AWS's own limit of 256 KiB would fill the memory of a laptop. */
const longestMessage = 16 * 1024;

/** What a container has written. Makes the group and the stream when they are not there; whoever must not create a group looks first. */
export function putLogLine(parts: Parts, { group, stream, message, atMs }: { readonly group: string; readonly stream: string; readonly message: string; readonly atMs?: number }): void {
  const { groups } = parts.world.slice(logsSlice);
  const found = groups[group] ?? createLogGroup(parts, { name: group });
  addEvent(parts, found.streams[stream] ?? createLogStream(parts, found, stream), { message, atMs: Math.floor(atMs ?? parts.clock.now()) });
}

/** Before its first line is there, as when a container starts; nothing where the group is not there. */
export function openLogStream(parts: Parts, group: string, stream: string): void {
  const found = parts.world.slice(logsSlice).groups[group];
  if (found !== undefined && found.streams[stream] === undefined) createLogStream(parts, found, stream);
}

/** Whether there is a group of that name: without one, a task with the awslogs driver does not start on Fargate. */
export const hasLogGroup = (parts: Parts, group: string): boolean => parts.world.slice(logsSlice).groups[group] !== undefined;

export function addEvent(parts: Parts, stream: LogStreamRecord, { message, atMs }: { readonly message: string; readonly atMs: number }): void {
  const slice = parts.world.slice(logsSlice);
  const text = message.length > longestMessage ? `${message.slice(0, longestMessage)}… (${String(message.length)} characters)` : message;
  const event = { id: String(slice.nextEvent).padStart(56, "0"), atMs, ingestedMs: Math.floor(parts.clock.now()), message: text };
  slice.nextEvent += 1;
  // Nearly always the newest; a late one goes where its time is.
  stream.events.splice(stream.events.findLastIndex((earlier) => earlier.atMs <= atMs) + 1, 0, event);
  if (stream.events.length > longestStream) {
    stream.events.shift();
    stream.dropped += 1;
  }
}
