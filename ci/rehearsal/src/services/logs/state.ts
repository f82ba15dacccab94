import { z } from "zod";
import type { Slice } from "../../world/world.ts";

const eventSchema = z.object({ id: z.string(), atMs: z.number(), ingestedMs: z.number(), message: z.string() });
export type LogEvent = z.infer<typeof eventSchema>;

const streamSchema = z.object({
  name: z.string(),
  arn: z.string(),
  createdMs: z.number(),
  /** Oldest first. */
  events: z.array(eventSchema),
  /** How many have been put out of it, because the rehearsal keeps only so many. */
  dropped: z.number(),
});
export type LogStreamRecord = z.infer<typeof streamSchema>;

const groupSchema = z.object({ name: z.string(), arn: z.string(), createdMs: z.number(), retentionDays: z.number().optional(), tags: z.record(z.string(), z.string()), streams: z.record(z.string(), streamSchema) });
export type LogGroupRecord = z.infer<typeof groupSchema>;

export const logsSlice: Slice<{ groups: Record<string, LogGroupRecord>; nextEvent: number }> = {
  name: "logs",
  schema: z.object({ groups: z.record(z.string(), groupSchema), nextEvent: z.number() }),
  empty: () => ({ groups: {}, nextEvent: 1 }),
};
