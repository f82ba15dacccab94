import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseConfig } from "../../../src/config.ts";
import { rehearsalOperator } from "../../../src/release/aws/clients.ts";
import { release, type ReleaseRun } from "../../../src/release/release.ts";
import { emitAt, type ReleaseClock } from "../../../src/release/release-clock.ts";
import { releaseSchema } from "../../../src/release/release-settings.ts";
import type { ReleaseEvent } from "../../../src/report/release-events.ts";
import type { Outcome } from "../../../src/report/release-schema.ts";
import { aRepository } from "../../support/values.ts";
import { startWorld, type StartedWorld, type WorldOptions } from "../support/start-world.ts";
import { never, virtualReleaseClock } from "../watch/setting.ts";

const root = join(import.meta.dirname, "../../../..");
const given = parseConfig(readFileSync(join(root, "gitops.json"), "utf8"));

export const probeHook = "CodeDeployHook_notes-probe";
/** The probe itself, as a rehearsal runs it. */
export const probeCommand = (checks: readonly object[]) => ({ [probeHook]: { command: [process.execPath, join(root, "services/probe/probe.mjs")] as [string, ...string[]], environment: { PROBE_CHECKS: JSON.stringify(checks) } } });

/** The probe as Lambda runs it: its handler, which answers by the API. */
export const probeFunction = (checks: readonly object[]) => ({
  [probeHook]: {
    answersBy: "callback" as const,
    command: [process.execPath, "--input-type=module", "-e", `process.env.PROBE_URL = process.env.REHEARSAL_TEST_URL; const { handler } = await import(${JSON.stringify(pathToFileURL(join(root, "services/probe/probe.mjs")).href)}); let text = ""; for await (const part of process.stdin) text += part; await handler(JSON.parse(text));`] as [string, ...string[]],
    environment: { PROBE_CHECKS: JSON.stringify(checks), AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: rehearsalOperator.accessKeyId, AWS_SECRET_ACCESS_KEY: rehearsalOperator.secretAccessKey },
  },
});

export interface AnalysisSetting extends StartedWorld {
  readonly events: ReleaseEvent[];
  /** Releases a commit of this repository with these settings. */
  readonly release: (over?: Partial<ReleaseRun>) => Promise<Outcome>;
  /** The shares of traffic that the new version had, in order. */
  readonly shares: () => number[];
  readonly verdicts: () => Extract<ReleaseEvent, { kind: "verdict" }>[];
  readonly samples: (check: string) => Extract<ReleaseEvent, { kind: "sample" }>[];
}

/** The Notes world, and a release with this `analysis` and these hooks. */
export async function setUp({ analysis, hooks = {}, ...options }: WorldOptions & { readonly analysis: object }): Promise<AnalysisSetting> {
  const world = await startWorld({ ...options, hooks });
  const commit = "a".repeat(40);
  for (const service of Object.keys(given.services)) world.putImage(`notes-${service}`, commit.slice(0, 7));
  const settings = releaseSchema.parse({ ...given.release, analysis, hooks: probeHook in hooks ? { AfterAllowTestTraffic: probeHook } : {} });
  const events: ReleaseEvent[] = [];
  const clock: ReleaseClock = virtualReleaseClock(world.clock);
  const run: ReleaseRun = {
    config: { ...given, release: settings },
    settings,
    repository: { ...aRepository, commit },
    clients: world.clients,
    clock,
    signal: never,
    emit: emitAt(clock, (event) => events.push(event)),
    git: { isAncestor: async () => Promise.resolve(false), between: async () => Promise.resolve([]), filesAdded: async () => Promise.resolve(0), resolve: async (name) => Promise.resolve(name), describe: async () => Promise.resolve(undefined) },
    read: async (path) => {
      try {
        return await Promise.resolve(readFileSync(join(root, path), "utf8"));
      } catch {
        return undefined;
      }
    },
    by: "ada",
    allowOlder: false,
    wait: false,
  };
  return {
    ...world,
    events,
    release: async (over = {}) => release({ ...run, ...over }),
    shares: () => events.flatMap((event) => (event.kind === "traffic" ? [event.candidatePercent] : [])),
    verdicts: () => events.filter((event) => event.kind === "verdict"),
    samples: (check) => events.filter((event) => event.kind === "sample" && event.check === check) as Extract<ReleaseEvent, { kind: "sample" }>[],
  };
}
