import { randomBytes } from "node:crypto";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { containerEngine, provide, testService, unending } from "../support/local-engine.ts";
import { containersLeftBy, leftBy } from "../support/left-behind.ts";
import { scratchFolder, scratchRepository, writeFiles, type CleanUp } from "../support/scratch.ts";
import { reportOf, runPipeline, startPipeline, type Started } from "../support/pipeline.ts";
import { removeTinyImages, tiny, tinyConfig, tinyFiles } from "../support/tiny.ts";
import { until } from "../support/until.ts";

/** Runs that are stopped in the middle, and runs beside each other. */

const slowImage = `localhost/gitops-test/slow-${testService()}:1`;
const slow = ["--only", "secrets", "--image", `gitleaks=${slowImage}`];

beforeAll(async () => {
  const { cli } = await containerEngine();
  const { reference } = await provide("gitleaks", unending);
  await cli.run(["build", "--tag", slowImage, "-"], { input: `FROM ${reference}\nUSER 0\nRUN printf '#!/bin/sh\\ntrap "" TERM INT\\nwhile :; do sleep 1; done\\n' >"$(command -v gitleaks)"\n` });
  const removals: (() => Promise<void>)[] = [];
  const cleanUp: CleanUp = (remove) => removals.unshift(remove);
  passed = await scratchRepository(tinyFiles(), "passed", cleanUp);
  await runPipeline(passed, ["--only", "images"], { cleanUp });
  expect((await reportOf(passed))?.verdict).toBe("passed");
  return async () => {
    for (const remove of removals) await remove();
    await cli.run(["image", "rm", "--force", slowImage], { accept: "any" });
    await removeTinyImages();
  };
});

let passed = "";

async function startSlow(root: string): Promise<Started> {
  const run = startPipeline(root, slow);
  const { cli } = await containerEngine();
  await until("the step's container runs", async () => {
    const { stdout } = await cli.run(["ps", "--format", "{{.Names}}"]);
    return stdout.includes(`-${String(run.pid)}-`) ? true : undefined;
  });
  return run;
}

/** A repository in which an earlier run has passed: a copy of one. */
async function withReport(): Promise<string> {
  const root = join(await scratchFolder(), "passed");
  await cp(passed, root, { recursive: true });
  return root;
}

describe("a run that is stopped", () => {
  it("by SIGINT, SIGTERM or SIGHUP ends with the exit code of that, says so, leaves nothing behind, and no older report either", async () => {
    const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
    const ends = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map(async (signal) => {
      const root = await withReport();
      const run = await startSlow(root);
      const during = await leftBy(run.pid);
      run.kill(signal);
      const { exitCode, stdout, stderr } = await run.ended;
      const reports = (await readdir(join(root, "out"))).filter((name) => name !== ".gitignore");
      return { signal, exitCode, during: during.length, after: await leftBy(run.pid), reports, saysAVerdict: /passed|failed/.test(stdout), stderr };
    });
    const stderr = "\nStopping; once more to stop without cleaning up.\nStopped. No verdict was reached; containers and temporary files are removed.\n";
    expect(await Promise.all(ends)).toEqual(
      Object.entries(codes).map(([signal, exitCode]) => ({ signal, exitCode, during: 2, after: [], reports: ["report.schema.json"], saysAVerdict: false, stderr })),
    );
  });

  it("twice by Ctrl-C ends without cleaning up, and the next start does it", async () => {
    const root = await scratchRepository(tinyFiles());
    const run = await startSlow(root);
    run.kill("SIGINT");
    run.kill("SIGINT");
    expect((await run.ended).exitCode).toBe(130);
    await runPipeline(root, ["--only", "images"]);
    expect(await leftBy(run.pid)).toEqual([]);
  });

  it("by kill -9 is swept by the next one, which passes; a run that lives is spared", async () => {
    const root = await withReport();
    const living = await startSlow(await scratchRepository(tinyFiles()));
    const killed = await startSlow(root);
    killed.kill("SIGKILL");
    await killed.ended;
    expect(await reportOf(root)).toBeUndefined();
    // What it left may by now have been swept by another test's run: they share the machine.
    const next = await runPipeline(root, ["--only", "images"]);
    expect(next.exitCode).toBe(0);
    expect(await leftBy(killed.pid)).toEqual([]);
    expect((await readdir(join(root, "out"))).filter((name) => name.startsWith(".lock"))).toEqual([]);
    expect(await containersLeftBy(living.pid)).toHaveLength(1);
    living.kill("SIGINT");
    expect((await living.ended).exitCode).toBe(130);
  });
});

describe("two runs at once", () => {
  it("in one checkout: the second is refused and changes nothing; with a folder of its own it runs", async () => {
    const root = await scratchRepository(tinyFiles());
    const first = await startSlow(root);
    const second = await runPipeline(root, ["--only", "images"]);
    expect(second).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: `Another run (process ${String(first.pid)}) is writing to ${root}/out; this one changed nothing. Wait for it, or give this one a folder of its own with --out.\n`,
    });
    expect(await containersLeftBy(first.pid)).toHaveLength(1);
    expect((await runPipeline(root, ["--only", "images", "--out", "out/second"])).exitCode).toBe(0);
    first.kill("SIGINT");
    await first.ended;
  });

  it("of the same commit in two checkouts both build and both pass", async () => {
    const word = randomBytes(4).toString("hex");
    const files = tinyFiles({ "web/index.js": `console.log("${word}");\n` });
    const roots = await Promise.all([scratchRepository(files), scratchRepository(files)]);
    const runs = await Promise.all(roots.map(async (root) => runPipeline(root, ["--only", "images"])));
    expect(runs.map((run) => run.exitCode)).toEqual([0, 0]);
  });
});

describe("a change in one service", () => {
  it("builds that one only", async () => {
    const services = { ...tinyConfig.services, [`${tiny}-api`]: { path: "api", baseImages: { NODE_IMAGE: "node" } } };
    const root = await scratchRepository(tinyFiles({ "api/Dockerfile": "ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS runtime\nCOPY . /api\n" }, { ...tinyConfig, services }));
    const env = { XDG_CACHE_HOME: await scratchFolder("cache") };
    // The commit is part of every image: what is compared are two states of one.
    await writeFiles(root, { "notes.txt": "uncommitted" });
    await runPipeline(root, ["--only", "images"], { env });
    await writeFiles(root, { "web/index.js": `console.log("${randomBytes(4).toString("hex")}");\n` });
    const { stdout } = await runPipeline(root, ["--only", "images"], { env });
    expect(stdout).toContain(`images: build/${tiny}-api unchanged, from the cache`);
    expect(stdout).toContain(`images: build/${tiny} done in `);
  });
});
