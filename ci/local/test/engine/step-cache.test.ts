import { createHash } from "node:crypto";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Step } from "../../../../dagger/src/engine/engine.ts";
import { openEngine, provide, shellStep, unending, type Overrides } from "../support/local-engine.ts";
import { commitAll, git, scratchFolder, scratchRepository, writeFiles } from "../support/scratch.ts";
import { StepCache } from "../../src/engine/step-cache.ts";

/** What is taken from an earlier run, and what is not. */

const files = { "one/a.txt": "a", "one/run.sh": { executable: "#!/bin/sh\n" }, "two/b.txt": "b" } as const;
const onOne = shellStep("cat a.txt", { files: [{ from: "tree", path: "one", to: "/work" }] });

/** Runs a step as a run of its own, on the cache of the others. */
async function runIn(root: string, home: string, step: Step, overrides: Overrides = {}): Promise<{ cached: boolean; stdout: string }> {
  const { engine } = await openEngine(root, { home, ...overrides });
  const { cached, commands } = await engine.run(step, unending);
  return { cached, stdout: commands[0]?.stdout ?? "" };
}

describe("a second run", () => {
  it("takes an identical step from the cache, and one beside a change too", async () => {
    const root = await scratchRepository(files);
    const home = await scratchFolder("cache");
    expect(await runIn(root, home, onOne)).toEqual({ cached: false, stdout: "a" });
    expect(await runIn(root, home, onOne)).toEqual({ cached: true, stdout: "a" });
    await writeFiles(root, { "two/b.txt": "changed" });
    await commitAll(root);
    expect(await runIn(root, home, { ...onOne, timeoutMs: 1000, memoryMb: 64, name: "renamed" })).toEqual({ cached: true, stdout: "a" });
  });

  it("repeats a step that ended with an exit code of which nothing may be kept", async () => {
    const [root, home] = [await scratchRepository(files), await scratchFolder("cache")];
    const ends = (code: number): Step => shellStep("", { commands: [{ argv: ["sh", "-c", `exit ${String(code)}`], accept: [0, 1], keep: [0] }] });
    const cached = async (step: Step): Promise<boolean[]> => [(await runIn(root, home, step)).cached, (await runIn(root, home, step)).cached];
    expect([await cached(ends(0)), await cached(ends(1))]).toEqual([[false, true], [false, false]]);
  });

  it("repeats a step of which anything changed that goes in", async () => {
    const root = await scratchRepository(files);
    const home = await scratchFolder("cache");
    // A run that is cancelled already can still take what is known, and makes nothing.
    const isKnown = async (step: Step, overrides: Overrides = {}): Promise<boolean> => {
      const { engine } = await openEngine(root, { home, ...overrides });
      return engine.run(step, AbortSignal.abort()).then((result) => result.cached, () => false);
    };
    await runIn(root, home, onOne);
    expect(await isKnown(onOne)).toBe(true);
    const changes: Record<string, Partial<Step>> = {
      command: { commands: [{ argv: ["sh", "-c", "cat  a.txt"], accept: [0] }] },
      "accepted codes": { commands: [{ argv: ["sh", "-c", "cat a.txt"], accept: [0, 1] }] },
      env: { env: { A: "1" } },
      workdir: { workdir: "/tmp" },
      network: { network: "registries" },
      outputs: { outputs: ["/work/a.txt"] },
      caches: { caches: { "/kept": "x" } },
      freshness: { freshness: "2026-11-23" },
      "where files go": { files: [{ from: "tree", path: "one", to: "/work/" }] },
      text: { files: [...onOne.files, { from: "text", content: "x", to: "/x" }] },
      folder: { files: [{ from: "tree", path: ".", to: "/work" }] },
    };
    for (const [what, change] of Object.entries(changes)) expect(await isKnown({ ...onOne, ...change }), what).toBe(false);
    const { reference, standIn } = await provide("node", unending);
    expect(await isKnown(onOne, { provide: async () => Promise.resolve({ reference, standIn, imageId: "sha256:other" }) }), "image").toBe(false);

    await writeFiles(root, { "one/a.txt": "changed" });
    expect(await isKnown(onOne), "content").toBe(false);
    await writeFiles(root, { "one/a.txt": "a" });
    expect(await isKnown(onOne), "content as before").toBe(true);
    await git(root, "mv", "one/a.txt", "one/c.txt");
    expect(await isKnown(onOne), "name").toBe(false);
    await git(root, "mv", "one/c.txt", "one/a.txt");
    await chmod(join(root, "one/run.sh"), 0o644);
    expect(await isKnown(onOne), "executable bit").toBe(false);
  });

  it("repeats a step on the history after a commit, a tag or a branch", async () => {
    const root = await scratchRepository(files);
    const home = await scratchFolder("cache");
    const onHistory = shellStep("ls history/objects/pack history/objects >/dev/null; cat history/packed-refs | wc -l", { files: [{ from: "history", to: "/work/history" }] });
    expect((await runIn(root, home, onHistory)).cached).toBe(false);
    expect((await runIn(root, home, onHistory)).cached).toBe(true);
    await git(root, "tag", "v1");
    expect((await runIn(root, home, onHistory)).cached).toBe(false);
    await git(root, "commit", "--quiet", "--allow-empty", "--message", "another");
    expect((await runIn(root, home, onHistory)).cached).toBe(false);
  });
});

describe("an entry of the cache", () => {
  it.each([
    ["cut off", (text: string) => text.slice(0, -5)],
    ["empty", () => ""],
    ["changed in one letter, and still well-formed", (text: string) => text.replace('"stdout":"a"', '"stdout":"b"')],
    ["of another form, with the right sum", (text: string) => {
      const other = text.slice(65).replace('"exitCode":0', '"exitCode":"0"');
      return `${createHash("sha256").update(other).digest("hex")}\n${other}`;
    }],
  ])("that is %s is made again", async (_, damage) => {
    const root = await scratchRepository(files);
    const home = await scratchFolder("cache");
    await runIn(root, home, onOne);
    const [entry = ""] = await readdir(join(home, "steps"));
    const path = join(home, "steps", entry);
    const text = await readFile(path, "utf8");
    const damaged = damage(text);
    expect(damaged).not.toBe(text);
    await writeFile(path, damaged);
    expect(await runIn(root, home, onOne)).toEqual({ cached: false, stdout: "a" });
    expect(await runIn(root, home, onOne)).toEqual({ cached: true, stdout: "a" });
  });

  it("goes when no run has used it for 30 days", async () => {
    const home = await scratchFolder("cache");
    const cache = new StepCache(home);
    const day = 24 * 3_600_000;
    const now = Date.parse("2026-11-23T12:00:00Z");
    const entry = { commands: [], outputs: [] };
    await cache.put("old", entry, "1");
    await cache.put("used", entry, "2");
    await cache.get("old", now - 31 * day);
    await cache.get("used", now - 29 * day);
    await cache.prune(now);
    expect(await readdir(join(home, "steps"))).toEqual(["used.json"]);
  });

  it("that cannot be written costs time later and is no error", async () => {
    const root = await scratchRepository(files);
    const home = await scratchFolder("cache");
    await writeFile(join(home, "steps"), "a file where a folder should be");
    expect((await runIn(root, home, onOne)).stdout).toBe("a");
  });
});
