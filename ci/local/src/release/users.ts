import { execa } from "execa";
import { z } from "zod";
import type { ReleaseSettings } from "../../../../dagger/src/release/release-settings.ts";
import type { ReleaseReport } from "../../../../dagger/src/report/release-schema.ts";
import { rehearsalProgram } from "../rehearsal/rehearsal-program.ts";

/** Users of a rehearsed release: a process of the rehearsal that asks at a constant rate. */
export interface Users {
  /** Ends them; undefined when they could not ask at all. */
  readonly stop: () => Promise<ReleaseReport["load"]>;
}

const figuresSchema = z.object({ requests: z.number(), failures: z.number(), latencyMs: z.object({ p50: z.number(), p99: z.number() }), longestGapMs: z.number() });
/** No rehearsal lasts longer: it ends by itself where nobody ends it. */
const longest = "60m";

export function startUsers(state: string, { requestsPerSecond, paths }: ReleaseSettings["rehearsal"], env: NodeJS.ProcessEnv): Users {
  if (requestsPerSecond === 0) return { stop: async () => Promise.resolve(undefined) };
  const args = [rehearsalProgram, "load", "--json", "--state", state, "--rate", String(requestsPerSecond), "--for", longest, ...paths.flatMap((path) => ["--path", path])];
  const asking = execa(process.execPath, args, { env, extendEnv: false, reject: false });
  return {
    stop: async () => {
      asking.kill("SIGINT");
      const figures = figuresSchema.safeParse(parse((await asking).stdout));
      if (!figures.success) return undefined;
      const { requests, failures, latencyMs, longestGapMs } = figures.data;
      return { requests, failures, p50Ms: latencyMs.p50, p99Ms: latencyMs.p99, longestGapMs };
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
