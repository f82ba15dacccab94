import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { readHistory } from "../../src/release/history.ts";
import { prepare, release, type ReleaseRun } from "../../src/release/release.ts";
import { emitAt } from "../../src/release/release-clock.ts";
import type { ReleaseEvent } from "../../src/report/release-events.ts";
import { aRepository } from "../support/values.ts";
import { startWorld, type StartedWorld, type WorldOptions } from "./support/start-world.ts";
import { never, virtualReleaseClock } from "./watch/setting.ts";

/** A release of this repository's own gitops.json and template, from images in the registry to its end. */

const root = join(import.meta.dirname, "../../..");
const read = async (path: string): Promise<string | undefined> => {
  try {
    return await Promise.resolve(readFileSync(join(root, path), "utf8"));
  } catch {
    return undefined;
  }
};
const config = parseConfig(readFileSync(join(root, "gitops.json"), "utf8"));
const commits = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [string, string, string];

interface Setting extends StartedWorld {
  readonly events: ReleaseEvent[];
  readonly run: (commit: string, over?: Partial<ReleaseRun>) => ReleaseRun;
  readonly kinds: () => string[];
}

/** Every commit's images are in the registry; `b` came after `a`, and `c` after `b`. */
async function setUp(options: WorldOptions = {}): Promise<Setting> {
  const { release: settings } = config;
  if (settings === undefined) throw new Error("gitops.json has no section release");
  const world = await startWorld(options);
  for (const commit of commits) for (const service of Object.keys(config.services)) world.putImage(`notes-${service}`, commit.slice(0, 7));
  const events: ReleaseEvent[] = [];
  const clock = virtualReleaseClock(world.clock);
  const run = (commit: string, over: Partial<ReleaseRun> = {}): ReleaseRun => ({
    config,
    settings,
    repository: { ...aRepository, commit },
    clients: world.clients,
    clock,
    signal: never,
    emit: emitAt(clock, (event) => events.push(event)),
    git: {
      isAncestor: async (older, newer) => Promise.resolve(older < newer),
      between: async () => Promise.resolve([]),
      filesAdded: async () => Promise.resolve(0),
      resolve: async (name) => Promise.resolve(name),
      describe: async () => Promise.resolve(undefined),
    },
    read,
    by: "ada",
    allowOlder: false,
    wait: false,
    ...over,
  });
  return { ...world, events, run, kinds: () => events.map(({ kind }) => kind) };
}

describe("a release", () => {
  it("brings a commit's images to all users, and the same commit again changes nothing", async () => {
    const { run, calls } = await setUp();
    expect(await release(run(commits[0]))).toMatchObject({ kind: "released", candidatePercent: 100 });
    calls();
    expect(await release(run(commits[0]))).toMatchObject({ kind: "unchanged" });
    expect(calls().filter((call) => /Register|Create|Stop|Update|Modify/.test(call))).toEqual([]);
  });

  it("is planned from what changes: nothing but the images, when only they do", async () => {
    const { run } = await setUp();
    await release(run(commits[0]));
    const { plan } = await prepare(run(commits[1]));
    expect(plan.changes.map(({ path }) => path).toSorted()).toEqual(["backend", "database", "frontend", "proxy"].map((service) => `containers.${service}.image`));
    expect(plan.fromCommit).toBe(commits[0]);
  });

  it.each(["Install", "AllowTestTraffic", "AllowTraffic", "AfterAllowTraffic"])("that was killed at %s is taken up by the next run of the same commit", async (event) => {
    const { run, clock, events, calls } = await setUp();
    await release(run(commits[0]));
    const killed = new AbortController();
    const emit: ReleaseRun["emit"] = (told) => {
      if (told.kind === "lifecycle" && told.event === event) killed.abort();
    };
    await expect(release(run(commits[1], { emit, signal: killed.signal }))).rejects.toMatchObject({ code: "LOST_SIGHT" });
    await clock.advance(60_000);
    calls();
    expect(await release(run(commits[1]))).toMatchObject({ kind: "released" });
    expect(calls().filter((call) => /CreateDeployment|RegisterTaskDefinition/.test(call))).toEqual([]);
    expect(events.filter((one) => one.kind === "deployment").at(-1)).toMatchObject({ how: "followed" });
  });

  it("of another commit is refused while one runs, and waits for it when told to", async () => {
    const { run, kinds } = await setUp();
    const first = new AbortController();
    const emit: ReleaseRun["emit"] = (told) => {
      if (told.kind === "traffic") first.abort();
    };
    await expect(release(run(commits[0], { emit, signal: first.signal }))).rejects.toMatchObject({ code: "LOST_SIGHT" });
    await expect(release(run(commits[1]))).rejects.toMatchObject({ code: "DEPLOYMENT_RUNS", exitCode: 2 });
    expect(await release(run(commits[1], { wait: true }))).toMatchObject({ kind: "released" });
    expect(kinds()).toContain("waiting-for-another");
  });

  it("of an older commit is refused, and done when it is asked for by name", async () => {
    const { run } = await setUp();
    await release(run(commits[1]));
    await expect(release(run(commits[0]))).rejects.toMatchObject({ code: "OLDER_COMMIT", exitCode: 2 });
    expect(await release(run(commits[0], { allowOlder: true }))).toMatchObject({ kind: "released" });
  });

  it("is refused before anything is changed when preflight says no", async () => {
    const { run, calls, clock, inject } = await setUp();
    inject({ kind: "alarm", alarm: "notes-5xx-alarm" });
    // Alarms are looked at once a minute.
    await clock.advance(180_000);
    calls();
    await expect(release(run(commits[0]))).rejects.toMatchObject({ code: "PREFLIGHT", exitCode: 2 });
    expect(calls().filter((call) => /Register|Create/.test(call))).toEqual([]);
  });

  it("says which rules were broken for it, and why, also in the history", async () => {
    const { clients, clock, run, events, names } = await setUp();
    await release(run(commits[0], { breakGlass: { rules: ["Commit aaaaaaa is not on the origin's main."], reason: "the forge is down" } }));
    const { entries } = await readHistory({ clients, names, clock: virtualReleaseClock(clock), signal: never });
    expect(entries).toMatchObject([{ commit: commits[0], by: "ada", outcome: "released", breakGlass: "the forge is down" }]);
    expect(events.find((event) => event.kind === "planned")).toMatchObject({ notes: expect.arrayContaining(["Commit aaaaaaa is not on the origin's main.", "Released all the same, and recorded, because: the forge is down"]) as string[] });
  });
});
