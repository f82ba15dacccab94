import { describe, expect, it } from "vitest";
import type { DaggerEngine } from "../src/engine/dagger-engine.ts";
import type { Step } from "../src/engine/engine.ts";
import { stepScript, stepScriptPath } from "../src/engine/step-script.ts";
import { engineHere, failure, known, never, steps } from "./dagger-support.ts";
import { argumentsOf, execError, SessionError, withSession, type Answer, type Chain, type Session } from "./session-server.ts";
import { aStep } from "./support/a-step.ts";

const done = { "0.status": "0 1 20\n", "0.stdout": "out\n", "0.stderr": "err\n" };
const left = (record: Readonly<Record<string, string>>): Answer => steps(() => new Map(Object.entries(record)));
const version = aStep({ commands: [{ argv: ["tool", "--version"], accept: [0] }] });

async function chainOfStep(step: Step, options: { engine?: () => DaggerEngine; record?: Readonly<Record<string, string>> } = {}): Promise<{ chain: Chain; session: Session }> {
  let found: Chain = [];
  let there: Session | undefined;
  await withSession(left(options.record ?? done), async (session) => {
    await (options.engine ?? engineHere)().run(step, never);
    found = session.asked.find((chain) => chain.at(-1)?.field === "withExec") ?? [];
    there = session;
  });
  if (there === undefined) throw new Error("the session did not run");
  return { chain: found, session: there };
}

describe("a step on Dagger", () => {
  it("runs its script as root in the image, whatever the image's own user and entrypoint", async () => {
    const { chain } = await chainOfStep(version);
    expect(argumentsOf(chain, "from")).toEqual([{ address: known }]);
    expect(argumentsOf(chain, "withUser")).toEqual([{ name: "0:0" }]);
    expect(argumentsOf(chain, "withExec")).toEqual([{ args: ["sh", stepScriptPath] }]);
    expect(argumentsOf(chain, "withNewFile")).toEqual([{ path: stepScriptPath, contents: stepScript(version) }]);
  });

  it("asks for the catalogue's image, its replacement, or a full reference", async () => {
    const asked = async (name: string, images = {}): Promise<unknown> => {
      const { session } = await chainOfStep({ ...version, image: { kind: "named", name } }, { engine: () => engineHere(images) });
      return argumentsOf(session.asked.find((chain) => chain.some((call) => call.field === "from")) ?? [], "from")[0]?.["address"];
    };
    expect(await asked("gitleaks")).toMatch(/^docker\.io\/zricethezav\/gitleaks:v/);
    expect(await asked("gitleaks", { gitleaks: "mirror.example/g:1" })).toBe("mirror.example/g:1");
    expect(await asked("registry.example/tool:2")).toBe("registry.example/tool:2");
  });

  it("copies folders of the tree, the history and texts to where the step wants them", async () => {
    const { chain } = await chainOfStep({
      ...version,
      files: [
        { from: "tree", path: "services/backend", to: "/app" },
        { from: "tree", path: ".", to: "/all" },
        { from: "history", to: "/history.git" },
        { from: "text", content: "a: 1\n", to: "/etc/tool.yaml" },
      ],
    });
    const folders = new Map(argumentsOf(chain, "withDirectory").map((args) => [args["path"], (args["source"] as Chain).slice(1)]));
    expect(folders.get("/app")).toEqual([{ field: "withNewDirectory", args: { path: "tree" } }, { field: "directory", args: { path: "services/backend" } }]);
    expect(folders.get("/all")).toEqual([{ field: "withNewDirectory", args: { path: "tree" } }]);
    expect(folders.get("/history.git")).toEqual([{ field: "withNewDirectory", args: { path: "history" } }]);
    expect(argumentsOf(chain, "withNewFile")[0]).toEqual({ path: "/etc/tool.yaml", contents: "a: 1\n" });
  });

  it("makes the working folder and the folders of the outputs", async () => {
    const { chain } = await chainOfStep({ ...version, workdir: "/work", outputs: ["/report/a.json", "/report/b.json"] }, { record: { ...done, "0.output": "[]", "1.output": "[]" } });
    expect(argumentsOf(chain, "withDirectory")).toEqual([{ path: "/work", source: [{ field: "directory", args: {} }] }, { path: "/report", source: [{ field: "directory", args: {} }] }]);
  });

  it("sets the environment, with the feed's age, which so becomes part of Dagger's cache key", async () => {
    const { chain } = await chainOfStep({ ...version, env: { CI: "true" }, freshness: "2026-11-23" });
    expect(argumentsOf(chain, "withEnvVariable")).toEqual([{ name: "CI", value: "true" }, { name: "STEP_FRESHNESS", value: "2026-11-23" }]);
  });

  it("mounts secrets as files for root alone, and caches by their names", async () => {
    const { chain } = await chainOfStep({ ...version, secrets: { "/run/token": "s3cret" }, caches: { "/root/.npm": "npm" } });
    expect(argumentsOf(chain, "withMountedSecret")).toEqual([{ path: "/run/token", source: [{ field: "setSecret", args: { name: "secrets /run/token", plaintext: "s3cret" } }], owner: "0:0", mode: 0o400 }]);
    expect(argumentsOf(chain, "withMountedCache")).toEqual([{ path: "/root/.npm", cache: [{ field: "cacheVolume", args: { key: "gitops-npm" } }] }]);
    expect(argumentsOf(chain, "withEnvVariable")).toEqual([]);
  });

  it("gives back what each command printed and each output, and never claims a cache", async () => {
    await withSession(left({ ...done, "0.output": "[1]" }), async () => {
      const result = await engineHere().run({ ...version, outputs: ["/report/a.json"] }, never);
      expect(result).toEqual({ commands: [{ exitCode: 0, stdout: "out\n", stderr: "err\n" }], outputs: new Map([["/report/a.json", "[1]"]]), cached: false, standIns: [] });
    });
  });
});

describe("a step that fails on Dagger", () => {
  const failingExec = (error: Error): Answer => (leaf, chain) => {
    if (leaf === "sync" && chain.at(-1)?.field === "withExec") throw error;
  };
  const printed = (status: string, stderr = " it broke\n"): string => `step-record 0.status\n ${status}\n\nstep-record 0.stderr\n${stderr}\nstep-record 0.stdout`;

  it.each([
    ["TOOL_FAILED", "ended with exit code 3", printed("3 1 20"), 3],
    ["TOOL_FAILED", "could not be started", printed("127 0 20"), 127],
    ["TIMED_OUT", "was stopped after 20 s", printed("124 20 20"), 124],
    ["OUT_OF_MEMORY", "was killed", printed("137 2 20"), 137],
    ["OUTPUT_MISSING", "ended without writing /report/a.json", printed("0 1 20"), 1],
  ])("is %s with the tool's log when the tool %s", async (code, message, stderr, exitCode) => {
    const error = await failure(failingExec(execError(exitCode, stderr)), async (engine) => engine.run({ ...version, outputs: ["/report/a.json"] }, never));
    expect(error).toMatchObject({ name: "StepError", code, log: "it broke" });
    expect(error.message).toContain(message);
  });

  it("is OUT_OF_MEMORY when it was killed before it could say anything", async () => {
    expect(await failure(failingExec(execError(137, "")), async (engine) => engine.run(version, never))).toMatchObject({ code: "OUT_OF_MEMORY" });
  });

  it("is TOOL_FAILED with the shell's words when the script itself did not run", async () => {
    expect(await failure(failingExec(execError(127, "sh: timeout: not found")), async (engine) => engine.run(version, never))).toMatchObject({ code: "TOOL_FAILED", log: "sh: timeout: not found" });
  });

  it("is IMAGE_UNAVAILABLE when its image cannot be had, in the registry's words", async () => {
    const error = await failure((leaf) => {
      if (leaf === "imageRef") throw new SessionError('failed to resolve image "docker.io/no/such:1" (platform: "linux/amd64"): docker.io/no/such:1: not found [traceparent:01]');
    }, async (engine) => engine.run({ ...version, image: { kind: "named", name: "docker.io/no/such:1" } }, never));
    expect(error.code).toBe("IMAGE_UNAVAILABLE");
    expect(error.message).toBe("The image docker.io/no/such:1 cannot be had: docker.io/no/such:1: not found. Is its name right, and does its registry answer?");
  });

  it("is DISK_FULL when the engine says so", async () => {
    expect(await failure(failingExec(new SessionError("write /x: no space left on device")), async (engine) => engine.run(version, never))).toMatchObject({ code: "DISK_FULL" });
  });

  it("is ENGINE_LOST when nobody answers any more", async () => {
    const error = await failure(() => undefined, async (engine, session) => {
      session.stop();
      return engine.run(version, never);
    });
    expect(error).toMatchObject({ code: "ENGINE_LOST" });
  });

  it("is CANCELLED at once when the run is, although Dagger goes on", async () => {
    const stop = new AbortController();
    const hanging: Answer = async (leaf, chain) => {
      if (leaf !== "sync" || chain.at(-1)?.field !== "withExec") return undefined;
      stop.abort();
      return new Promise(() => undefined);
    };
    expect(await failure(hanging, async (engine) => engine.run(version, stop.signal))).toMatchObject({ code: "CANCELLED" });
  });
});
