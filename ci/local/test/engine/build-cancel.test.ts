import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { removeWorkOf, sweepWork } from "../../src/engine/working-containers.ts";
import { imagesNamed, removeImages } from "../support/left-behind.ts";
import { containerEngine, openEngine, stepErrorOf, webBuild } from "../support/local-engine.ts";
import { scratchRepository } from "../support/scratch.ts";
import { startPipeline } from "../support/pipeline.ts";
import { until } from "../support/until.ts";

/** Builds that are stopped half-way: what they leave, and who removes it. */

/** A word that only this test's RUN has on its command line. */
const newWord = (): string => `word-${randomBytes(6).toString("hex")}`;

const endless = (word: string): string => `ARG NODE_IMAGE\nFROM \${NODE_IMAGE} AS other\nRUN echo ${word} >/other\nFROM \${NODE_IMAGE} AS runtime\nCOPY --from=other /other /other\nRUN sleep 1000; echo ${word} too\n`;

/** Processes of a RUN: its shell has the word among its arguments, as the build itself has not. */
async function runsOf(word: string): Promise<string[] | undefined> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map(async (pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  const found = lines.filter((line) => line.includes(`${word} too`));
  return found.length === 0 ? undefined : found;
}

const noneOf = async (word: string): Promise<true | undefined> => ((await runsOf(word)) === undefined ? true : undefined);

/** Working containers of builds in the store that carry a mark below this folder. */
async function workBelow(folder: string): Promise<string[]> {
  const { cli, storageDriver } = await containerEngine();
  const { stdout } = await cli.run(["info", "--format", "{{.Store.GraphRoot}}"]);
  const store = join(stdout.trim(), `${storageDriver}-containers`);
  const ids = await readdir(store);
  const texts = await Promise.all(ids.map(async (id) => readFile(join(store, id, "userdata", "buildah.json"), "utf8").catch(() => "")));
  return texts.filter((text) => text.includes(folder));
}

const { program, remote } = await containerEngine();

// Docker's builds end with their client; Podman's do not.
describe.runIf(program === "podman" && !remote)("a build that is stopped", () => {
  it("by Ctrl-C ends as CANCELLED at once and leaves neither its RUN's process nor a working container", async () => {
    const word = newWord();
    const { engine, parts } = await openEngine(await scratchRepository({ "web/Dockerfile": endless(word) }));
    const build = webBuild();
    const stop = new AbortController();
    const outcome = stepErrorOf(engine.build(build, stop.signal));
    await until("the RUN runs", async () => runsOf(word));
    expect(await workBelow(parts.runFolder)).not.toEqual([]);
    const stoppedAt = Date.now();
    stop.abort();
    expect((await outcome).code).toBe("CANCELLED");
    expect(Date.now() - stoppedAt).toBeLessThan(6000);
    await until("the RUN's process is gone", async () => noneOf(word));
    expect(await workBelow(parts.runFolder)).toEqual([]);
    expect((await readdir(parts.runFolder)).filter((name) => name.startsWith("build-"))).toEqual([]);
    expect(await imagesNamed(`gitops-build-${build.service}`)).toEqual([]);
  });

  it("by its time leaves nothing either", async () => {
    const word = newWord();
    const { engine, parts } = await openEngine(await scratchRepository({ "web/Dockerfile": endless(word) }));
    expect((await stepErrorOf(engine.build(webBuild({ timeoutMs: 10_000 }), new AbortController().signal))).code).toBe("TIMED_OUT");
    await until("the RUN's process is gone", async () => noneOf(word));
    expect(await workBelow(parts.runFolder)).toEqual([]);
  });

  it("by kill -9 of the pipeline goes on until the next start, which ends it and removes what it left, and spares a build that is under way", async () => {
    const [word, livingWord] = [newWord(), newWord()];
    const files = (which: string) => ({
      "gitops.json": JSON.stringify({ project: "p", services: { [service]: { path: "web", baseImages: { NODE_IMAGE: "node" } } } }),
      "web/Dockerfile": endless(which),
    });
    const service = webBuild().service;
    onTestFinished(async () => removeImages(`gitops-build-${service}`));
    const killed = startPipeline(await scratchRepository(files(word)), ["--only", "images"]);
    await until("the RUN runs", async () => runsOf(word));
    killed.kill("SIGKILL");
    await killed.ended;

    const living = await openEngine(await scratchRepository(files(livingWord)));
    const stop = new AbortController();
    const alive = stepErrorOf(living.engine.build(webBuild(), stop.signal));
    await until("the living build's RUN runs", async () => runsOf(livingWord));
    // By this or by another test's run: they share the machine.
    await sweepWork(await containerEngine());
    await until("the killed one's RUN is gone", async () => noneOf(word));
    expect(await workBelow(`-${String(killed.pid)}-`)).toEqual([]);
    expect(await runsOf(livingWord)).toBeDefined();
    expect(await workBelow(living.parts.runFolder)).not.toEqual([]);
    stop.abort();
    await alive;
  });

  it("is told by its mark alone: another's build is not touched", async () => {
    const word = newWord();
    const { engine } = await openEngine(await scratchRepository({ "web/Dockerfile": endless(word) }));
    const stop = new AbortController();
    const outcome = stepErrorOf(engine.build(webBuild(), stop.signal));
    await until("the RUN runs", async () => runsOf(word));
    await removeWorkOf(await containerEngine(), "/somewhere/else/mark");
    expect(await runsOf(word)).toBeDefined();
    stop.abort();
    await outcome;
  });
});
