import { describe, expect, it } from "vitest";
import type { BuiltImage, ImageBuild, Step, StepResult } from "../src/engine/engine.ts";
import type { Config } from "../src/config.ts";
import { StepError } from "../src/engine/step-error.ts";
import { runPipeline, type PipelineOptions, type PipelineResult } from "../src/pipeline.ts";
import type { PipelineEvent } from "../src/report/events.ts";
import { gateNames, reportSchema, type GateName, type GateReport } from "../src/report/schema.ts";
import { builtImage, fakeEngine } from "./support/fake-engine.ts";
import { readFixture, recordedEngine } from "./support/fixtures.ts";
import { steppingClock } from "./support/stepping-clock.ts";
import { aCommit, aConfig, aRepository } from "./support/values.ts";

type Run = (step: Step, signal: AbortSignal) => Promise<StepResult>;

/** Answers steps with recorded runs: clean ones, but where a test names others. */
function recorded(fixtures: { secrets?: string; "static-analysis/backend"?: string } = {}): Run {
  const engines: Record<string, ReturnType<typeof fakeEngine>> = {
    secrets: recordedEngine(readFixture(fixtures.secrets ?? "gitleaks/clean")),
    "static-analysis/backend": recordedEngine(readFixture(fixtures["static-analysis/backend"] ?? "static-analysis/clean")),
  };
  return async (step, signal) => {
    const engine = engines[step.name];
    if (engine === undefined) throw new Error(`no recorded run for ${step.name}`);
    return engine.run(step, signal);
  };
}

/** The gates of these tests; what holds for three holds for all. */
const someGates = ["secrets", "static-analysis", "images"] as const satisfies readonly GateName[];
const others = Object.fromEntries(gateNames.filter((name) => !(someGates as readonly GateName[]).includes(name)).map((name) => [name, { mode: "off", reason: "not in this test" }]));

const config = ({ gates = {}, ...more }: { gates?: object; services?: object } = {}): Config => aConfig({ ...more, gates: { ...others, ...gates } });

const neverAborted = new AbortController().signal;

interface Outcome extends PipelineResult {
  readonly events: readonly PipelineEvent[];
  readonly gates: Readonly<Record<GateName, GateReport>>;
}

async function run(given: Partial<PipelineOptions> & { run?: Run; build?: (build: ImageBuild, signal: AbortSignal) => BuiltImage | Promise<BuiltImage>; forget?: (step: Step) => void } = {}): Promise<Outcome> {
  const events: PipelineEvent[] = [];
  const clock = steppingClock();
  const { run: runStep = recorded(), build = builtImage, forget, ...options } = given;
  const result = await runPipeline({
    config: config(),
    repository: aRepository,
    allowList: [],
    engine: fakeEngine({ run: runStep, build, ...(forget === undefined ? {} : { forget }) }),
    target: "rehearsal",
    only: gateNames,
    failFast: false,
    clock,
    startedAt: Date.parse("2026-11-23T10:00:00.000Z"),
    signal: neverAborted,
    onEvent: (event) => { events.push(event); },
    ...options,
  });
  const gates = Object.fromEntries(result.report.gates.map((gate) => [gate.name, gate])) as Record<GateName, GateReport>;
  return { ...result, events, gates };
}

const verdicts = (outcome: Outcome): string[] => someGates.map((name) => `${name} ${outcome.gates[name].verdict}`);

/** A step that goes on until it is cancelled, as the engines do it. */
const untilCancelled = async (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const cancel = (): void => { reject(new StepError("CANCELLED", "Cancelled.")); };
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel);
  });

describe("a run in which all is well", () => {
  it("passes, and its report has everything in it", async () => {
    const { report } = await run();
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      $schema: "./report.schema.json",
      schemaVersion: 1,
      project: "notes",
      commit: aCommit,
      dirty: false,
      branch: "main",
      target: "rehearsal",
      startedAt: "2026-11-23T10:00:00.000Z",
      engine: "fake 1.0",
      verdict: "passed",
      exitCode: 0,
      summary: "Passed: secrets, static-analysis and images.",
      images: [
        { service: "backend", reference: "notes-backend:0123456", imageId: `sha256:${"ab".repeat(32)}`, sizeBytes: 123_456_789, standIns: [] },
        { service: "proxy", reference: "notes-proxy:0123456" },
      ],
      allowList: [],
    });
    expect(report.gates[0]).toMatchObject({ name: "secrets", verdict: "passed", mode: "block", cached: false, tool: { name: "gitleaks", version: "8.30.1" }, lookedAt: { count: 2 } });
    expect(report.durationMs).toBeGreaterThan(0);
  });

  it("keeps the tools' own reports, by gate", async () => {
    expect([...(await run()).raw.keys()]).toEqual([
      "raw/secrets/gitleaks-history.json",
      "raw/secrets/gitleaks-tree.json",
      "raw/secrets/gitleaks.log",
      "raw/static-analysis/backend.eslint.json",
      "raw/static-analysis/backend.tsc.log",
      "raw/static-analysis/backend.stderr.log",
    ]);
  });

  it("begins every gate before it waits for one", async () => {
    const begun: string[] = [];
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => { goOn = resolve; });
    const clean = recorded();
    const result = run({
      run: async (step, signal) => {
        begun.push(step.name);
        await gate;
        return clean(step, signal);
      },
      build: async (build) => {
        begun.push(build.service);
        await gate;
        return builtImage(build);
      },
    });
    await Promise.resolve();
    await new Promise((resolve) => { setImmediate(resolve); });
    expect(begun.toSorted()).toEqual(["backend", "proxy", "secrets", "static-analysis/backend"]);
    // What takes long goes first.
    expect(begun.at(-1)).toBe("secrets");
    goOn();
    expect((await result).report.verdict).toBe("passed");
  });

  it("tells what happens in order: the run around its gates, a gate around its steps, time going on", async () => {
    const { events, report } = await run();
    expect(events[0]).toEqual({ kind: "pipeline-started", at: 0, commit: aCommit, dirty: false, engine: "fake 1.0", gates: [...gateNames] });
    expect(events.at(-1)).toMatchObject({ kind: "pipeline-finished", report });
    for (const name of someGates) {
      const own = events.flatMap((event) => ("gate" in event && event.gate === name ? [event.kind] : event.kind === "gate-finished" && event.report.name === name ? [event.kind] : []));
      const steps = own.slice(1, -1);
      expect([own[0], own.at(-1)]).toEqual(["gate-started", "gate-finished"]);
      expect(steps.filter((kind) => kind === "step-started")).toHaveLength(steps.length / 2);
      expect(steps.filter((kind) => kind === "step-finished")).toHaveLength(steps.length / 2);
    }
    expect(events.map((event) => event.at)).toEqual(events.map((event) => event.at).toSorted((a, b) => a - b));
  });
});

describe("a gate that is skipped says why", () => {
  it.each<[string, Partial<PipelineOptions>, GateName, string]>([
    ["not asked for", { only: ["secrets"] }, "images", "not asked for"],
    ["off", { config: config({ gates: { images: { mode: "off", reason: "built elsewhere" } } }) }, "images", "turned off in gitops.json: built elsewhere"],
    ["off and not asked for", { only: ["secrets"], config: config({ gates: { images: { mode: "off", reason: "built elsewhere" } } }) }, "images", "turned off in gitops.json: built elsewhere"],
    ["nothing to look at", { config: config({ services: { proxy: { path: "services/proxy" } } }) }, "static-analysis", "no service in gitops.json has staticAnalysis"],
  ])("%s", async (_name, options, gate, reason) => {
    const { gates, events, report } = await run(options);
    expect(gates[gate]).toMatchObject({ verdict: "skipped", reason, durationMs: 0, tool: { version: "not run" }, findings: [] });
    expect(events.some((event) => event.kind === "gate-started" && event.gate === gate)).toBe(false);
    expect(events.some((event) => event.kind === "gate-finished" && event.report.name === gate)).toBe(true);
    expect(reportSchema.safeParse(report).success).toBe(true);
  });

  it("and stops a release to AWS, unless it is off", async () => {
    expect((await run({ target: "aws", only: ["secrets", "images"] })).report).toMatchObject({ verdict: "unavailable", exitCode: 1 });
    expect((await run({ target: "aws", config: config({ gates: { "static-analysis": { mode: "off", reason: "checked elsewhere" } } }) })).report).toMatchObject({ verdict: "passed", exitCode: 0 });
  });
});

describe("a tree with uncommitted changes", () => {
  it("is never released to AWS, whatever the gates say", async () => {
    const repository = { ...aRepository, dirty: true };
    expect((await run({ repository })).report).toMatchObject({ verdict: "passed", exitCode: 0 });
    expect((await run({ repository, target: "aws" })).report).toMatchObject({ verdict: "unavailable", exitCode: 1, summary: expect.stringContaining("a tree with uncommitted changes") as string });
  });
});

describe("a run in which a gate fails", () => {
  it("fails, exit code 1, and the others have run to their end", async () => {
    const outcome = await run({ run: recorded({ secrets: "gitleaks/removed-key" }) });
    expect(outcome.report).toMatchObject({ verdict: "failed", exitCode: 1, summary: "Failed: secrets. Nothing was released." });
    expect(verdicts(outcome)).toEqual(["secrets failed", "static-analysis passed", "images passed"]);
    expect(outcome.report.images).toHaveLength(2);
  });

  it("in report mode shows it and goes on", async () => {
    const outcome = await run({ run: recorded({ secrets: "gitleaks/removed-key" }), config: config({ gates: { secrets: { mode: "report" } } }) });
    expect(outcome.gates.secrets).toMatchObject({ verdict: "failed", mode: "report" });
    expect(outcome.report).toMatchObject({ verdict: "passed", exitCode: 0, summary: "Passed: static-analysis and images. Shown only, by its mode: secrets." });
  });

  it("takes the mode that was asked for, for every gate but one that is off", async () => {
    const { gates } = await run({ mode: "report", config: config({ gates: { images: { mode: "off", reason: "built elsewhere" } } }) });
    expect(someGates.map((name) => gates[name].mode)).toEqual(["report", "report", "off"]);
  });

  it("gives each gate the time that gitops.json gives it", async () => {
    const asked: Record<string, number> = {};
    const clean = recorded();
    await run({
      config: config({ gates: { secrets: { timeoutMinutes: 2 }, images: { timeoutMinutes: 30 } } }),
      run: async (step, signal) => {
        asked[step.name] = step.timeoutMs;
        return clean(step, signal);
      },
      build: (build) => {
        asked[build.service] = build.timeoutMs;
        return builtImage(build);
      },
    });
    expect(asked).toEqual({ secrets: 120_000, "static-analysis/backend": 900_000, backend: 1_800_000, proxy: 1_800_000 });
  });
});

describe("the allow list", () => {
  const findingId = "TS2322:services/backend/src/a.ts";
  const entry = (id: string, until = "2027-01-31") => ({ id, until, reason: "looked at by Ada" });
  const typeErrors = recorded({ "static-analysis/backend": "static-analysis/multi-line-diagnostic" });

  it.each(["TS2322", findingId])("lets a run pass whose findings it covers by %s", async (id) => {
    const { report, gates } = await run({ run: typeErrors, allowList: [entry(id)] });
    expect(report).toMatchObject({ verdict: "passed", allowList: [] });
    expect(gates["static-analysis"].findings.map((finding) => finding.allowed)).toEqual(Array(3).fill({ reason: "looked at by Ada", until: "2027-01-31" }));
  });

  it("covers no leak by its rule", async () => {
    const { report } = await run({ run: recorded({ secrets: "gitleaks/removed-key" }), allowList: [entry("aws-access-token")] });
    expect(report).toMatchObject({ verdict: "failed", allowList: [{ id: "aws-access-token", problem: "matches nothing" }] });
  });

  it("covers nothing from the day after its last, by UTC", async () => {
    const last = await run({ run: typeErrors, allowList: [entry("TS2322", "2026-11-23")] });
    const after = await run({ run: typeErrors, allowList: [entry("TS2322", "2026-11-22")] });
    expect([last.report.verdict, after.report.verdict]).toEqual(["passed", "failed"]);
    expect(after.report.allowList).toEqual([
      { id: "TS2322", problem: "expired", until: "2026-11-22", countAgain: ["services/backend/src/a.ts:2", "services/backend/src/a.ts:3", "services/backend/src/a.ts:4"] },
    ]);
  });

  it.each<[string, Parameters<typeof run>[0], boolean]>([
    ["every gate has looked at everything", {}, true],
    ["a gate has failed", { run: recorded({ secrets: "gitleaks/removed-key" }) }, true],
    ["a gate was not asked for", { only: ["secrets", "images"] }, false],
    ["a gate was unavailable", { run: recorded({ secrets: "gitleaks/shallow-clone" }) }, false],
    [
      "a gate has failed with a part not looked at",
      {
        build: (build) => {
          throw build.service === "proxy" ? new StepError("BUILD_FAILED", "No.") : new StepError("TIMED_OUT", "Too slow.");
        },
      },
      false,
    ],
  ])("says that an entry matches nothing when it can know: %s", async (_name, options, said) => {
    const { report } = await run({ ...options, allowList: [entry("TS9999")] });
    expect(report.allowList).toEqual(said ? [{ id: "TS9999", problem: "matches nothing", until: "2027-01-31" }] : []);
  });
});

describe("a run in which a tool breaks", () => {
  const broken = (code: StepError["code"], log = ""): Run => {
    const clean = recorded();
    return async (step, signal) => {
      if (step.name === "secrets") throw new StepError(code, "It broke.", { log });
      return clean(step, signal);
    };
  };

  it.each(["IMAGE_UNAVAILABLE", "TOOL_FAILED", "TIMED_OUT", "OUT_OF_MEMORY", "OUTPUT_MISSING", "SOURCE_UNREADABLE", "DISK_FULL"] as const)("%s is unavailable, never a pass", async (code) => {
    const outcome = await run({ run: broken(code, "last words") });
    expect(outcome.gates.secrets).toMatchObject({ verdict: "unavailable", reason: "It broke.", lookedAt: { count: 0 } });
    expect(outcome.raw.get("raw/secrets/error.log")).toBe("last words");
    expect(outcome.report).toMatchObject({ verdict: "unavailable", exitCode: 0 });
    expect((await run({ run: broken(code), target: "aws" })).report).toMatchObject({ verdict: "unavailable", exitCode: 1 });
  });

  it("a report that cannot be trusted is unavailable, and is kept", async () => {
    const outcome = await run({ run: recorded({ secrets: "gitleaks/corrupt-repository" }) });
    expect(outcome.gates.secrets).toMatchObject({ verdict: "unavailable", reason: expect.stringContaining("unable to read") as string });
    expect(outcome.raw.get("raw/secrets/error.log")).toContain("ERR [git] fatal: unable to read");
  });

  it("a step whose report cannot be trusted is run again the next time; one that is another gate's, or had no result, is not", async () => {
    const forgotten: string[] = [];
    await run({ run: recorded({ secrets: "gitleaks/corrupt-repository" }), forget: (step) => forgotten.push(step.name) });
    await run({ run: broken("TIMED_OUT"), forget: (step) => forgotten.push(step.name) });
    await run({ forget: (step) => forgotten.push(step.name) });
    expect(forgotten).toEqual(["secrets"]);
  });

  it("a lost engine is exit code 4, in every mode and for every target", async () => {
    for (const options of [{}, { mode: "report" }, { target: "aws" }, { target: "aws", mode: "report" }] as const) {
      const { gates, report } = await run({ run: broken("ENGINE_LOST"), ...options });
      expect(gates.secrets.verdict).toBe("unavailable");
      expect(report).toMatchObject({ verdict: "unavailable", exitCode: 4 });
    }
  });

  it("no image at all is exit code 4", async () => {
    const { report } = await run({ build: () => { throw new StepError("IMAGE_UNAVAILABLE", "No registry answers."); } });
    expect(report).toMatchObject({ verdict: "unavailable", exitCode: 4, images: [] });
  });

  it("one service that could not be built hides neither the other's image nor another's findings", async () => {
    const outcome = await run({
      run: recorded({ "static-analysis/backend": "static-analysis/type-errors" }),
      build: (build) => {
        if (build.service === "backend") throw new StepError("TIMED_OUT", "The build was stopped after 900 s.");
        return builtImage(build);
      },
    });
    expect(verdicts(outcome)).toEqual(["secrets passed", "static-analysis failed", "images unavailable"]);
    expect(outcome.report.images.map((image) => image.service)).toEqual(["proxy"]);
    expect(outcome.gates["static-analysis"].findings).toHaveLength(3);
    expect(outcome.report.summary).toBe("Failed: static-analysis. Nothing was released. Could not be checked: images.");
  });

  it("a defect of ours is thrown, not reported as a verdict", async () => {
    await expect(run({ run: async () => Promise.reject(new TypeError("a defect")) })).rejects.toThrow(TypeError);
  });

  it("stand-ins are named where they took part", async () => {
    const clean = recorded();
    const standIns = ["localhost/stand-in/gitleaks:8.30.1"];
    const { gates, report } = await run({
      run: async (step, signal) => ({ ...(await clean(step, signal)), standIns }),
      build: (build) => ({ ...builtImage(build), standIns: ["localhost/stand-in/node:24"] }),
    });
    expect(gates.secrets.standIns).toEqual(standIns);
    expect(report.images[0]?.standIns).toEqual(["localhost/stand-in/node:24"]);
  });
});

describe("a run that is told to stop at the first failure", () => {
  const leaking: Run = recorded({ secrets: "gitleaks/removed-key" });

  it("stops the other gates and says so", async () => {
    const outcome = await run({ failFast: true, run: async (step, signal) => (step.name === "secrets" ? leaking(step, signal) : untilCancelled(signal)), build: async (_build, signal) => untilCancelled(signal) });
    expect(verdicts(outcome)).toEqual(["secrets failed", "static-analysis skipped", "images skipped"]);
    expect(outcome.gates.images.reason).toBe("stopped by --fail-fast, after another gate had failed");
    expect(outcome.report).toMatchObject({ verdict: "failed", exitCode: 1 });
    expect(reportSchema.safeParse(outcome.report).success).toBe(true);
  });

  it.each<[string, Partial<PipelineOptions>, Run]>([
    ["a failure in report mode", { mode: "report" }, leaking],
    ["a tool that broke", {}, recorded({ secrets: "gitleaks/shallow-clone" })],
  ])("does not stop for %s", async (_name, options, first) => {
    const clean = recorded();
    /** Long after the first gate has ended, as a real build is. */
    const slowly = async <Result>(signal: AbortSignal, work: () => Result | Promise<Result>): Promise<Result> => {
      await new Promise((resolve) => { setTimeout(resolve, 50); });
      if (signal.aborted) throw new StepError("CANCELLED", "Cancelled.");
      return work();
    };
    const outcome = await run({
      ...options,
      failFast: true,
      run: async (step, signal) => (step.name === "secrets" ? first(step, signal) : slowly(signal, async () => clean(step, signal))),
      build: async (build, signal) => slowly(signal, () => builtImage(build)),
    });
    expect(verdicts(outcome).slice(1)).toEqual(["static-analysis passed", "images passed"]);
  });

  it("still throws a defect that shows after the first failure", async () => {
    const failing = run({
      failFast: true,
      run: async (step, signal) => {
        if (step.name === "secrets") return leaking(step, signal);
        await untilCancelled(signal).catch(() => undefined);
        throw new TypeError("a defect");
      },
    });
    await expect(failing).rejects.toThrow(TypeError);
  });
});

describe("a run that is cancelled", () => {
  it("throws CANCELLED, whatever else has happened", async () => {
    const controller = new AbortController();
    const leaking = recorded({ secrets: "gitleaks/removed-key" });
    const cancelled = run({
      signal: controller.signal,
      run: async (step, signal) => (step.name === "secrets" ? leaking(step, signal) : untilCancelled(signal)),
      build: async (_build, signal) => {
        controller.abort();
        return untilCancelled(signal);
      },
    });
    await expect(cancelled).rejects.toMatchObject({ name: "StepError", code: "CANCELLED" });
  });

  it("throws CANCELLED with --fail-fast too, after a gate has failed", async () => {
    const controller = new AbortController();
    const leaking = recorded({ secrets: "gitleaks/removed-key" });
    const cancelled = run({
      failFast: true,
      signal: controller.signal,
      run: async (step, signal) => {
        if (step.name === "secrets") return leaking(step, signal);
        await untilCancelled(signal).catch(() => undefined);
        controller.abort();
        throw new StepError("CANCELLED", "Cancelled.");
      },
    });
    await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("before it began throws CANCELLED", async () => {
    await expect(run({ signal: AbortSignal.abort(), run: async (_step, signal) => untilCancelled(signal), build: async (_build, signal) => untilCancelled(signal) })).rejects.toMatchObject({ code: "CANCELLED" });
  });
});
