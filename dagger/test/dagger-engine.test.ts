import { describe, expect, it } from "vitest";
import type { DaggerEngine } from "../src/engine/dagger-engine.ts";
import type { Step } from "../src/engine/engine.ts";
import { stepScript, stepScriptPath } from "../src/engine/step-script.ts";
import { engineHere, failure, known, never, runStartedAt, steps, webBuild } from "./dagger-support.ts";
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

  it("copies a single file as that file", async () => {
    const isFile: Answer = (leaf, chain) => (leaf === "exists" && chain.at(-1)?.args["expectedType"] === "REGULAR_TYPE" ? true : left(done)(leaf, chain));
    let asked: readonly Chain[] = [];
    await withSession(isFile, async (session) => {
      await engineHere().run({ ...version, files: [{ from: "tree", path: "services/backend/package-lock.json", to: "/audit/package-lock.json" }] }, never);
      asked = session.asked;
    });
    const chain = asked.find((candidate) => candidate.at(-1)?.field === "withExec") ?? [];
    expect(argumentsOf(chain, "withFile")).toEqual([{ path: "/audit/package-lock.json", source: [{ field: "directory", args: {} }, { field: "withNewDirectory", args: { path: "tree" } }, { field: "file", args: { path: "services/backend/package-lock.json" } }] }]);
  });

  it("copies a built image as its archive, and refuses a folder of the machine, which does not come along", async () => {
    const { chain } = await chainOfStep({ ...version, files: [{ from: "image", build: webBuild, to: "/image.tar" }] });
    const [{ path, source } = {}] = argumentsOf(chain, "withFile");
    expect(path).toBe("/image.tar");
    expect((source as Chain).map((call) => call.field).slice(-2)).toEqual(["dockerBuild", "asTarball"]);
    const refused = await failure(left(done), async (engine) => engine.run({ ...version, files: [{ from: "machine", path: "/srv/db", to: "/db" }] }, never));
    expect(refused).toMatchObject({ code: "SOURCE_UNREADABLE", message: expect.stringContaining("/srv/db is a folder of the machine") as string });
  });

  it("copies what another step leaves, once that has run", async () => {
    const other = aStep({ name: "fetch/web", workdir: "/fetch", commands: [{ argv: ["fetch"], accept: [0] }] });
    let asked: readonly Chain[] = [];
    await withSession(left(done), async (session) => {
      await engineHere().run({ ...version, files: [{ from: "step", step: other, path: "/fetch/image.tar", identity: "one", to: "/image.tar" }] }, never);
      asked = session.asked;
    });
    const sources = asked.flatMap((chain) => argumentsOf(chain, "withFile")).filter(({ path }) => path === "/image.tar").map(({ source }) => source as Chain);
    expect(sources[0]?.at(-1)).toEqual({ field: "file", args: { path: "/fetch/image.tar" } });
    expect(argumentsOf(sources[0] ?? [], "withNewFile")).toEqual([{ path: stepScriptPath, contents: stepScript(other) }]);
  });

  it("gives a step that uses the network the machine's authorities, and no other", async () => {
    const { chain } = await chainOfStep({ ...version, network: "registries" });
    expect(argumentsOf(chain, "withMountedSecret")).toEqual([{ path: "/.step/ca.pem", source: [{ field: "setSecret", args: { name: "ca", plaintext: "PEM" } }], owner: "0:0", mode: 0o444 }]);
    expect(argumentsOf(chain, "withEnvVariable")).toContainEqual({ name: "NODE_EXTRA_CA_CERTS", value: "/.step/ca.pem" });
    expect(argumentsOf((await chainOfStep(version)).chain, "withMountedSecret")).toEqual([]);
  });

  it("binds the services of a step by their names, with their port, variables, command, and a cache for one at a time", async () => {
    const service = { name: "database", image: "postgres", argv: ["sh", "-c", "serve"], env: { A: "1" }, port: 5432, caches: { "/data": "pg" }, cacheOwner: "999:999", memoryMb: 512, startTimeoutMs: 1000, kept: false };
    const { chain } = await chainOfStep({ ...version, services: [service] });
    const [{ alias, service: bound } = {}] = argumentsOf(chain, "withServiceBinding");
    expect(alias).toBe("database");
    const calls = bound as Chain;
    expect(argumentsOf(calls, "withEnvVariable")).toEqual([{ name: "A", value: "1" }]);
    expect(argumentsOf(calls, "withMountedCache")).toMatchObject([{ path: "/data", sharing: "LOCKED", owner: "999:999" }]);
    expect(argumentsOf(calls, "withExposedPort")).toEqual([{ port: 5432 }]);
    expect(argumentsOf(calls, "asService")).toEqual([{ args: ["sh", "-c", "serve"] }]);
  });

  it("is from the cache when its script ran before this run began", async () => {
    const cachedAt = async (ms: number): Promise<boolean> => {
      let cached = false;
      await withSession(left({ ...done, started: `${String(ms / 1000)}\n` }), async () => {
        cached = (await engineHere().run(version, never)).cached;
      });
      return cached;
    };
    expect(await cachedAt(runStartedAt - 60_000)).toBe(true);
    expect(await cachedAt(runStartedAt + 5000)).toBe(false);
  });

  it("runs again when the cache has a result that may not be kept", async () => {
    const flaky = aStep({ commands: [{ argv: ["tool", "test"], accept: [0, 1], keep: [0] }] });
    const freshness = async (status: string): Promise<unknown[]> => {
      let asked: readonly Chain[] = [];
      await withSession(left({ ...done, "0.status": status, started: `${String(runStartedAt / 1000 - 60)}\n` }), async (session) => {
        await engineHere().run(flaky, never);
        asked = session.asked;
      });
      return asked.filter((chain) => chain.at(-1)?.field === "withExec").map((chain) => argumentsOf(chain, "withEnvVariable").at(-1)?.["value"]);
    };
    expect(await freshness("0 1 20\n")).toEqual([undefined]);
    expect(await freshness("1 1 20\n")).toEqual([undefined, ` ${String(runStartedAt)}`]);
  });

  it("gives back what each command printed and each output, and claims no cache when nobody wrote down the time", async () => {
    await withSession(left({ ...done, "0.output": "[1]" }), async () => {
      const result = await engineHere().run({ ...version, outputs: ["/report/a.json"] }, never);
      expect(result).toEqual({ commands: [{ exitCode: 0, stdout: "out\n", stderr: "err\n" }], outputs: new Map([["/report/a.json", "[1]"]]), cached: false, standIns: [] });
    });
  });
});

describe("services that are started ahead on Dagger", () => {
  const server = { name: "server", image: "sonarqube", env: {}, port: 9000, caches: {}, memoryMb: 512, startTimeoutMs: 1000, kept: true };
  const before = { ...version, files: [{ from: "tree", path: "services/backend", to: "/app" }] } as const;
  const startAhead = async (markerMadeAt: number): Promise<{ outcome: string; started: boolean }> => {
    let outcome = "";
    let started = false;
    await withSession((leaf, chain) => {
      if (leaf === "stdout" && argumentsOf(chain, "withExec").some((call) => String(call["args"]) === "date,+%s")) return `${String(markerMadeAt / 1000)}\n`;
      if (leaf === "start") started = true;
      return undefined;
    }, async () => {
      outcome = await engineHere().startAhead([server], [before], never);
    });
    return { outcome, started };
  };

  it("start when what comes before their step is new, and not when it was seen before this run", async () => {
    expect(await startAhead(runStartedAt + 3000)).toEqual({ outcome: "started", started: true });
    expect(await startAhead(runStartedAt - 90_000)).toEqual({ outcome: "not started", started: false });
  });

  it("fail no run", async () => {
    await withSession((leaf) => {
      if (leaf === "imageRef") throw new SessionError("no such image");
      return undefined;
    }, async () => {
      expect(await engineHere().startAhead([server], [before], never)).toBe("not started");
    });
  });
});

describe("the tree on Dagger", () => {
  it("finds files by their name and reads those that are there", async () => {
    await withSession((leaf, chain) => {
      if (leaf === "glob") return ["web/package-lock.json", "package-lock.json"];
      if (leaf === "exists") return chain.at(-1)?.args["path"] === "package-lock.json";
      return leaf === "contents" ? "{}" : undefined;
    }, async () => {
      const { tree } = engineHere();
      expect(await tree.find("package-lock.json")).toEqual(["package-lock.json", "web/package-lock.json"]);
      expect(await tree.read("package-lock.json")).toBe("{}");
      expect(await tree.read("nothing.json")).toBeUndefined();
    });
  });

  it("knows which images can be had", async () => {
    await withSession((leaf, chain) => {
      if (leaf === "imageRef" && JSON.stringify(chain).includes("trivy")) throw new SessionError("docker.io/aquasec/trivy: not found");
      return undefined;
    }, async () => {
      expect(await engineHere().has("trivy", never)).toBe(false);
      expect(await engineHere().has("node", never)).toBe(true);
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
