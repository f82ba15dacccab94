import { describe, expect, it } from "vitest";
import type { ImageBuild } from "../src/engine/engine.ts";
import { runPipeline } from "../src/pipeline.ts";
import { archive, builtImageId, engineHere, failingBuild, failure, isTarget, known, never, steps } from "./dagger-support.ts";
import { argumentsOf, execError, SessionError, withSession, type Answer, type Chain } from "./session-server.ts";
import { aStep } from "./support/a-step.ts";
import { readFixture, type Fixture } from "./support/fixtures.ts";
import { steppingClock } from "./support/stepping-clock.ts";
import { aConfig, aRepository } from "./support/values.ts";

const unlabelled: ImageBuild = { service: "backend", context: "services/backend", dockerfile: "Dockerfile", target: "runtime", baseImages: { NODE_IMAGE: "node" }, timeoutMs: 60_000 };
const build: ImageBuild = { ...unlabelled, tag: "notes-backend:0123456", commit: "0123456" };

describe("a build on Dagger", () => {
  it("builds the target of the service's Dockerfile, with base images by digest, the commit and the secrets", async () => {
    await withSession(archive, async (session) => {
      await engineHere().build(build, never);
      const chain = session.asked.find(isTarget) ?? [];
      expect(chain.slice(1, -1)).toEqual([{ field: "withNewDirectory", args: { path: "tree" } }, { field: "directory", args: { path: "services/backend" } }]);
      expect(chain.at(-1)?.args).toEqual({
        dockerfile: "Dockerfile",
        target: "runtime",
        buildArgs: [{ name: "NODE_IMAGE", value: known }, { name: "COMMIT", value: "0123456" }],
        secrets: [[{ field: "setSecret", args: { name: "ca", plaintext: "PEM" } }]],
      });
    });
  });

  it("names the image by its config digest and adds up its uncompressed layers", async () => {
    await withSession(archive, async (session) => {
      const engine = engineHere();
      expect(await engine.build(build, never)).toEqual({ service: "backend", reference: "notes-backend:0123456", imageId: builtImageId, sizeBytes: 2000, standIns: [], cached: false });
      const [added] = argumentsOf(session.asked.find((chain) => chain.at(-1)?.args["path"] === "manifest.json") ?? [], "withFile");
      expect((added?.["source"] as Chain).at(-1)).toEqual({ field: "asTarball", args: { forcedCompression: "Uncompressed", mediaTypes: "DOCKER" } });
      expect(engine.built("backend")).toBeDefined();
      expect(engine.built("proxy")).toBeUndefined();
    });
  });

  it("asks the registry once for an image that several builds start from", async () => {
    await withSession(archive, async (session) => {
      const engine = engineHere();
      await Promise.all([engine.build(build, never), engine.build({ ...build, service: "frontend", context: "services/frontend" }, never)]);
      expect(session.asked.filter((chain) => chain.at(-1)?.field === "from")).toHaveLength(1);
    });
  });

  it("carries no commit where the image is not labelled", async () => {
    await withSession(steps(() => new Map([["0.status", "0 1 20\n"]])), async (session) => {
      await engineHere().run({ ...aStep({ commands: [{ argv: ["tool"], accept: [0] }] }), image: { kind: "build", build: unlabelled } }, never);
      expect(session.asked.find(isTarget)?.at(-1)?.args["buildArgs"]).toEqual([{ name: "NODE_IMAGE", value: known }]);
    });
  });

  it.each<[string, string, SessionError]>([
    ["BUILD_FAILED", "does not build (target runtime): error TS1: no", execError(2, "error TS1: no", { stdout: "> tsc" })],
    ["BUILD_FAILED", "exit 7: ended with exit code 7 and said nothing", execError(7, "", { cmd: ["/bin/sh", "-c", "exit 7"] })],
    ["BUILD_FAILED", "unknown instruction: FORM", new SessionError("failed to convert Dockerfile to LLB: dockerfile parse error on line 20: unknown instruction: FORM")],
    ["BUILD_FAILED", 'target stage "runtime" could not be found', new SessionError('failed to convert Dockerfile to LLB: target stage "runtime" could not be found')],
    ["BUILD_FAILED", "(target runtime): lstat /nothing-here: no such file", new SessionError("load xxh3:63de0a8e6a2cf6ff: inputs: load Container@CvwrChV4eGgzOjViYWUwMjUy: lstat /nothing-here: no such file")],
    ["IMAGE_UNAVAILABLE", "docker.io/no/such:2: not found", new SessionError("failed to convert Dockerfile to LLB: docker.io/no/such:2: docker.io/no/such:2: not found")],
    ["TOOL_FAILED", "could not reach what it downloads from", execError(1, "npm error code EAI_AGAIN")],
  ])("is %s that says '%s'", async (code, message, error) => {
    const failed = await failure(failingBuild(error), async (engine) => engine.build(build, never));
    expect(failed.code).toBe(code);
    expect(failed.message).toContain(message);
  });

  it("is SOURCE_UNREADABLE when there is no such Dockerfile", async () => {
    const failed = await failure((leaf) => (leaf === "exists" ? false : undefined), async (engine) => engine.build(build, never));
    expect(failed).toMatchObject({ code: "SOURCE_UNREADABLE" });
    expect(failed.message).toMatch(/^services\/backend\/Dockerfile does not exist, or Git ignores it/);
  });

  it("is given up when its time is over", async () => {
    const hanging: Answer = async (leaf, chain) => (leaf === "sync" && isTarget(chain) ? new Promise(() => undefined) : undefined);
    expect(await failure(hanging, async (engine) => engine.build({ ...build, timeoutMs: 50 }, never))).toMatchObject({ code: "TIMED_OUT" });
  });
});

describe("the pipeline on Dagger", () => {
  const recorded = (fixture: Fixture): ReadonlyMap<string, string> =>
    new Map([
      ...fixture.commands.flatMap((command, index) => [
        [`${String(index)}.status`, `${String(command.exitCode)} 1 900\n`] as const,
        [`${String(index)}.stdout`, command.stdout] as const,
        [`${String(index)}.stderr`, command.stderr] as const,
      ]),
      ...Object.values(fixture.outputs).map((text, index) => [`${String(index)}.output`, text] as const),
    ]);

  async function verdicts(answer: Answer): Promise<{ gates: string[]; verdict: string; exitCode: number }> {
    let result = { gates: [""], verdict: "", exitCode: -1 };
    const isSecrets = (container: Chain): boolean => argumentsOf(container, "withDirectory").some((args) => args["path"] === "/history.git");
    const answers: Answer[] = [answer, archive, steps((container) => recorded(readFixture(isSecrets(container) ? "gitleaks/clean" : "static-analysis/clean")))];
    await withSession(async (leaf, chain) => {
      for (const each of answers) {
        const value = await each(leaf, chain);
        if (value !== undefined) return value;
      }
      return undefined;
    }, async () => {
      const { report } = await runPipeline({ config: aConfig(), repository: aRepository, allowList: [], engine: engineHere(), target: "rehearsal", only: ["secrets", "static-analysis", "images"], failFast: false, clock: steppingClock(), startedAt: 0, signal: never, onEvent: () => undefined });
      result = { gates: report.gates.filter((gate) => gate.verdict !== "skipped").map((gate) => `${gate.name} ${gate.verdict}`), verdict: report.verdict, exitCode: report.exitCode };
    });
    return result;
  }

  it("passes when every tool has found nothing", async () => {
    expect(await verdicts(() => undefined)).toEqual({ gates: ["secrets passed", "static-analysis passed", "images passed"], verdict: "passed", exitCode: 0 });
  });

  it("fails when a Dockerfile does not build", async () => {
    expect(await verdicts(failingBuild(execError(1, "no")))).toEqual({ gates: ["secrets passed", "static-analysis passed", "images failed"], verdict: "failed", exitCode: 1 });
  });

  it("is no pass when a tool broke", async () => {
    const broken: Answer = (leaf, chain) => {
      if (leaf === "sync" && chain.at(-1)?.field === "withExec") throw execError(1, "");
    };
    expect(await verdicts(broken)).toEqual({ gates: ["secrets unavailable", "static-analysis unavailable", "images passed"], verdict: "unavailable", exitCode: 0 });
  });
});
