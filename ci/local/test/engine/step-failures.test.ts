import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Step } from "../../../../dagger/src/engine/engine.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { containerEngine, openEngine, provide, shellStep, stepErrorOf, testService, unending, type Overrides } from "../support/local-engine.ts";
import { scratchRepository } from "../support/scratch.ts";

/** Every way in which a step has no result: by its code, in a sentence, and never from the cache. */

async function failureOf(step: Step, overrides: Overrides = {}): Promise<{ code: string; message: string; log: string; cached: string[] }> {
  const { engine, home } = await openEngine(await scratchRepository({ "a.txt": "a" }), overrides);
  const { code, message, log } = await stepErrorOf(engine.run(step, unending));
  return { code, message, log, cached: await readdir(join(home, "steps")).catch(() => []) };
}

const { supports } = await containerEngine();

describe("a step has no result, and is not cached, when", () => {
  it("a command's exit code is none of its verdicts; later commands do not run", async () => {
    const step = shellStep("", {
      commands: [
        { argv: ["sh", "-c", "echo why >&2; exit 7"], accept: [0, 1] },
        { argv: ["touch", "/report/later"], accept: [0] },
      ],
      outputs: ["/report/later"],
    });
    expect(await failureOf(step)).toEqual({ code: "TOOL_FAILED", message: "sh in step test ended with exit code 7, which is none of its verdicts.", log: "why", cached: [] });
  });

  it("the program is not in the image", async () => {
    const step = shellStep("", { commands: [{ argv: ["no-such-program"], accept: [0] }] });
    expect(await failureOf(step)).toMatchObject({ code: "TOOL_FAILED", message: "no-such-program could not be started in step test (exit code 127): is it in the image?", cached: [] });
  });

  it("an output was not written", async () => {
    expect(await failureOf(shellStep("echo done", { outputs: ["/report/it.json"] }))).toMatchObject({ code: "OUTPUT_MISSING", message: "Step test ended without writing /report/it.json.", cached: [] });
  });

  it("it takes too long", async () => {
    expect(await failureOf(shellStep("echo begun; sleep 1000", { timeoutMs: 1000 }))).toMatchObject({ code: "TIMED_OUT", message: "sh in step test was stopped after 1 s.", log: "begun", cached: [] });
  });

  it("it takes too long and ignores SIGTERM", async () => {
    expect(await failureOf(shellStep("trap '' TERM; while :; do sleep 1; done", { timeoutMs: 1000 }))).toMatchObject({ code: "TIMED_OUT", cached: [] });
  });

  it("the script around its commands hangs, which only the engine can end", async () => {
    const { cli } = await containerEngine();
    const name = `localhost/gitops-test/${testService()}`;
    const { reference } = await provide("node", unending);
    onTestFinished(async () => { await cli.run(["image", "rm", "--force", name], { accept: "any" }); });
    // The script asks for the time before it starts anything.
    await cli.run(["build", "--tag", name, "-"], { input: `FROM ${reference}\nRUN printf '#!/bin/sh\\nexec sleep 1000\\n' >/usr/local/bin/date && chmod +x /usr/local/bin/date\n` });
    const failure = await failureOf(shellStep("true", { image: { kind: "named", name }, timeoutMs: 1000 }), { graceMs: 2000 });
    expect(failure).toMatchObject({ code: "TIMED_OUT", cached: [] });
  });

  it.runIf(supports.memoryLimit)("it goes over its memory", async () => {
    const step = shellStep("", { commands: [{ argv: ["node", "-e", "const a = []; for (;;) a.push(Buffer.alloc(8e6, 1))"], accept: [0] }], memoryMb: 96 });
    expect(await failureOf(step)).toMatchObject({ code: "OUT_OF_MEMORY", message: "node in step test was killed (exit code 137), most likely for going over 96 MB.", cached: [] });
    // Podman's monitor writes this file into the folder that it was started from.
    expect(await readdir(process.cwd())).not.toContain("oom");
  });

  it("its image cannot be had", async () => {
    const failure = await failureOf(shellStep("true", { image: { kind: "named", name: "localhost:9/nobody/nothing:1" } }), {
      provide: async () => Promise.reject(new StepError("IMAGE_UNAVAILABLE", "It could not be pulled.")),
    });
    expect(failure).toMatchObject({ code: "IMAGE_UNAVAILABLE", cached: [] });
  });

  it("its image was removed in the meantime: another is not fetched", async () => {
    const failure = await failureOf(shellStep("true"), { provide: async () => Promise.resolve({ reference: "localhost/gitops-test/gone:1", imageId: "sha256:0", standIn: false }) });
    expect(failure).toMatchObject({ code: "TOOL_FAILED", cached: [] });
    expect(failure.message).toContain("localhost/gitops-test/gone:1");
  });
});
