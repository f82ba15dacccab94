import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { parseConfig } from "../../src/config.ts";
import { release, type ReleaseRun } from "../../src/release/release.ts";
import { emitAt, type ReleaseClock } from "../../src/release/release-clock.ts";
import { releaseSchema } from "../../src/release/release-settings.ts";
import type { ReleaseEvent } from "../../src/report/release-events.ts";
import { aRepository } from "../support/values.ts";
import { startWorld, type StartedWorld } from "./support/start-world.ts";
import { never, virtualReleaseClock } from "./watch/setting.ts";
import { clockUnderLoad } from "./watch/under-load.ts";

/** A release to what this repository's own infrastructure says, by the role that it gives to releases: what is rehearsed is what is applied. */

const root = join(import.meta.dirname, "../../..");
const config = parseConfig(readFileSync(join(root, "gitops.json"), "utf8"));
const settingsSchema = z.object({ accounts: z.record(z.string(), z.object({ id: z.string() })), environments: z.record(z.string(), z.object({ account: z.string() })) });
const infrastructure = settingsSchema.parse(JSON.parse(readFileSync(join(root, "cdktf/infrastructure.json"), "utf8")));
const folder = mkdtempSync(join(tmpdir(), "synthesised-release-"));
const [first, second] = ["a".repeat(40), "b".repeat(40)] as const;

beforeAll(() => {
  execFileSync(process.execPath, [join(root, "cdktf/src/main.ts"), "--out", join(folder, "cdktf.out")]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Setting extends StartedWorld {
  readonly events: ReleaseEvent[];
  readonly release: (commit: string, clock?: ReleaseClock) => ReturnType<typeof release>;
}

async function setUp(environment: string, database: "sidecar" | "external"): Promise<Setting> {
  const account = infrastructure.environments[environment]?.account ?? "";
  const world = await startWorld({ synthesised: { folder: join(folder, "cdktf.out"), stacks: [`account-${account}`, environment], account: infrastructure.accounts[account]?.id ?? "" } });
  const settings = releaseSchema.parse({ ...config.release, database });
  for (const commit of [first, second]) for (const service of Object.keys(config.services)) world.putImage(`notes-${service}`, commit.slice(0, 7));
  // An alarm without a minute behind it is not known to work.
  await world.clock.advance(5 * 60_000);
  const clients = await world.clientsAs("notes-release");
  const events: ReleaseEvent[] = [];
  const run = (commit: string, clock: ReleaseClock): ReleaseRun => ({
    config: { ...config, release: settings },
    settings,
    repository: { ...aRepository, commit },
    clients,
    clock,
    signal: never,
    emit: emitAt(clock, (event) => events.push(event)),
    git: { isAncestor: async (older, newer) => Promise.resolve(older < newer), between: async () => Promise.resolve([]), filesAdded: async () => Promise.resolve(0), resolve: async (name) => Promise.resolve(name), describe: async () => Promise.resolve(undefined) },
    read: async (path) => Promise.resolve(read(path)),
    by: "ada",
    allowOlder: false,
    wait: false,
  });
  return { ...world, events, release: async (commit, clock = virtualReleaseClock(world.clock, 30_000)) => release(run(commit, clock)) };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

describe.each([
  ["lab", "sidecar"],
  ["production", "external"],
] as const)("a release to %s as it is synthesised, by its own role", (environment, database) => {
  it("brings a version to all users; the next one errs, and an alarm takes it back; and nothing is asked for that the role may not do", async () => {
    const setting = await setUp(environment, database);
    expect(await setting.release(first)).toMatchObject({ kind: "released", candidatePercent: 100 });
    setting.inject({ kind: "responses", to: "candidate", share: 1, status: 503, when: { fromTrafficPercent: 10 } });
    const outcome = await setting.release(second, await clockUnderLoad(setting));
    expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "ALARM_ACTIVE", candidatePercent: 0 });
    expect(outcome.summary).toMatch(/Activated alarms: <notes-5xx/);
    expect(setting.rehearsal.parts.timeline.since().filter(({ what }) => what === "denied")).toEqual([]);
  });
});
