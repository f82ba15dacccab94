import { z } from "zod";
import type { ReleaseSettings } from "../release/release-settings.ts";
import type { ReleaseReport } from "../report/release-schema.ts";

/** Users of a rehearsed release on Dagger: a process in the rehearsal's container, which asks at a constant rate. */
export interface RehearsedUsers {
  /** Sends them away; undefined when they could not ask at all. */
  readonly stop: () => Promise<ReleaseReport["load"]>;
}

const figuresSchema = z.object({ requests: z.number(), failures: z.number(), latencyMs: z.object({ p50: z.number(), p99: z.number() }), longestGapMs: z.number() });
/** For what was asked already to be answered. */
const timeoutMs = 30_000;

export async function letUsersCome(url: string, { requestsPerSecond, paths }: Pick<ReleaseSettings["rehearsal"], "requestsPerSecond" | "paths">): Promise<RehearsedUsers> {
  if (requestsPerSecond === 0) return { stop: async () => Promise.resolve(undefined) };
  await fetch(url, { method: "POST", body: JSON.stringify({ rate: requestsPerSecond, paths }), signal: AbortSignal.timeout(timeoutMs) });
  return {
    stop: async () => {
      const answer: unknown = await fetch(url, { method: "DELETE", signal: AbortSignal.timeout(timeoutMs) }).then(async (response) => response.json(), () => undefined);
      const figures = figuresSchema.safeParse(answer);
      if (!figures.success) return undefined;
      const { requests, failures, latencyMs, longestGapMs } = figures.data;
      return { requests, failures, p50Ms: latencyMs.p50, p99Ms: latencyMs.p99, longestGapMs };
    },
  };
}
