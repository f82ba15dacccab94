import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { observedEngine } from "./engine/observed-engine.ts";
import type { Engine, Step } from "./engine/engine.ts";
import { StepError, type StepErrorCode } from "./engine/step-error.ts";
import { allowListNotes, applyAllowList, type AllowList } from "./gates/allow-list.ts";
import { applyBaseline } from "./gates/baseline.ts";
import { evidenceOfFailure, type Evidence, type Gate, type SonarAccess } from "./gates/gate.ts";
import { gates } from "./gates/index.ts";
import { decideGate, decideRun, modeOf } from "./gates/policy.ts";
import { securityPosture } from "./gates/posture.ts";
import type { EmitEvent, PipelineEvent } from "./report/events.ts";
import { gateNames, type Control, type GateName, type GateReport, type ImageReport, type Report, type Severity, type StepReport, type Target } from "./report/schema.ts";
import type { RepositoryState } from "./repository.ts";

export interface PipelineOptions {
  readonly config: Config;
  readonly repository: RepositoryState;
  readonly allowList: AllowList;
  readonly engine: Engine;
  readonly target: Target;
  /** Gates to run; the others are reported as skipped. */
  readonly only: readonly GateName[];
  /** Overrides the mode of every gate that is not off. */
  readonly mode?: "block" | "report";
  /** Stop the other gates as soon as one has failed. */
  readonly failFast: boolean;
  /** The report of the commit whose findings are known: only others count. */
  readonly baseline?: Report;
  /** The SonarQube server or SonarCloud to use; the pipeline brings a server of its own when absent. */
  readonly sonar?: SonarAccess;
  readonly clock: Clock;
  /** When the run began, getting the engine ready included: events count from here. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: PipelineEvent) => void;
}

export interface PipelineResult {
  readonly report: Report;
  /** What the tools left: path below `out/` -> text. */
  readonly raw: ReadonlyMap<string, string>;
}

/** Why a gate was skipped that the run was not to have. */
export const notAskedFor = "not asked for";

/** The slow ones first: what they need is under way before the others ask for room. */
const startOrder: readonly GateName[] = gateNames.toSorted((one, other) => rank(one) - rank(other));
function rank(name: GateName): number {
  const slow: readonly GateName[] = ["code-quality", "images", "unit-tests", "static-analysis"];
  return slow.includes(name) ? slow.indexOf(name) : slow.length;
}

/**
 * The whole run. Throws StepError CANCELLED when it was; every other failure is
 * a verdict.
 */
export async function runPipeline(options: PipelineOptions): Promise<PipelineResult> {
  const { startedAt } = options;
  const steps: StepReport[] = [];
  const emit: EmitEvent = (event) => {
    const at = options.clock.now() - startedAt;
    if (event.kind === "step-finished") {
      const { gate, step, durationMs, outcome } = event;
      if (outcome !== "shared") steps.push({ gate, name: step, startedAtMs: Math.max(0, at - durationMs), durationMs, outcome });
    }
    options.onEvent({ ...event, at });
  };
  const { commit, dirty } = options.repository;
  emit({ kind: "pipeline-started", commit, dirty, engine: options.engine.description, gates: gateNames.filter((name) => options.only.includes(name)) });

  let engineLost = false;
  const outcomes = await runGates(options, emit, (code) => {
    engineLost ||= code === "ENGINE_LOST";
  });
  const report = makeReport(options, outcomes, { startedAt, engineLost, steps: steps.toSorted((one, other) => one.startedAtMs - other.startedAtMs) });
  emit({ kind: "pipeline-finished", report });
  return { report, raw: new Map(outcomes.flatMap((outcome) => [...outcome.raw])) };
}

interface GateOutcome {
  readonly gate: Gate;
  readonly report: GateReport;
  readonly images: readonly ImageReport[];
  readonly controls: readonly Control[];
  readonly raw: ReadonlyMap<string, string>;
  /** Whether all is known that it could find; of a gate with nothing to look at, or one that is off, that is nothing. */
  readonly complete: boolean;
}

type OnStepFailure = (code: StepErrorCode) => void;

async function runGates(options: PipelineOptions, emit: EmitEvent, onFailure: OnStepFailure): Promise<GateOutcome[]> {
  const failFast = new AbortController();
  const signal = AbortSignal.any([options.signal, failFast.signal]);
  const settled = await Promise.allSettled(
    startOrder.map(async (name) => {
      const gate = gates[name];
      const outcome = await runGate(gate, options, { signal, emit, onFailure }).catch((error: unknown) => {
        if (!(error instanceof StepError && error.code === "CANCELLED") || !failFast.signal.aborted || options.signal.aborted) throw error;
        return skipped(gate, options, "stopped by --fail-fast, after another gate had failed");
      });
      emit({ kind: "gate-finished", report: outcome.report });
      if (options.failFast && outcome.report.verdict === "failed" && outcome.report.mode === "block") failFast.abort();
      return outcome;
    }),
  );
  const outcomes = settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  return outcomes.toSorted((one, other) => gateNames.indexOf(one.gate.name) - gateNames.indexOf(other.gate.name));
}

async function runGate(gate: Gate, options: PipelineOptions, run: { signal: AbortSignal; emit: EmitEvent; onFailure: OnStepFailure }): Promise<GateOutcome> {
  const settings = options.config.gates[gate.name];
  if (settings.mode === "off") return { ...skipped(gate, options, `turned off in gitops.json: ${settings.reason ?? ""}`), complete: true };
  if (!options.only.includes(gate.name)) return skipped(gate, options, notAskedFor);
  const nothing = gate.nothingToDo(options.config);
  if (nothing !== undefined) return { ...skipped(gate, options, nothing), complete: true };

  const startedAt = options.clock.now();
  run.emit({ kind: "gate-started", gate: gate.name });
  const steps: Step[] = [];
  const owns = (step: string): boolean => ownsStep(gate.name, step, options.only);
  const evidence = await lookOrExplain(gate, {
    config: options.config,
    repository: options.repository,
    engine: observedEngine(options.engine, { ...run, gate: gate.name, owns, clock: options.clock, onStep: (step) => steps.push(step) }),
    timeoutMs: settings.timeoutMinutes * 60_000,
    signal: run.signal,
    now: options.startedAt,
    ...(options.sonar === undefined ? {} : { sonar: options.sonar }),
  });
  if (evidence.unreadable === true) await Promise.all(steps.filter((step) => owns(step.name)).map(async (step) => options.engine.forget(step, run.signal)));
  const findings = applyAllowList(applyBaseline(evidence.findings, options.baseline), options.allowList, { today: day(options.clock), byRule: gate.allowByRule });
  const blocksAt = thresholdOf(gate, options);
  const decision = decideGate({ ...evidence, findings }, blocksAt);
  const raw = new Map([...[...evidence.raw].map(([file, text]) => [`raw/${gate.name}/${file}`, text] as const), ...(evidence.files ?? [])]);
  return {
    gate,
    report: {
      name: gate.name,
      ...decision,
      mode: modeOf(settings.mode, options.mode),
      blocksAt,
      startedAtMs: startedAt - options.startedAt,
      durationMs: options.clock.now() - startedAt,
      cached: evidence.cached,
      tool: { name: gate.tool, version: evidence.toolVersion },
      lookedAt: evidence.lookedAt,
      facts: [...(evidence.facts ?? [])],
      findings,
      suppressions: [...evidence.suppressions],
      standIns: [...evidence.standIns],
      files: [...raw.keys()],
    },
    images: (evidence.images ?? []).map(({ service, reference, imageId, sizeBytes, standIns }) => ({ service, reference, imageId, sizeBytes, standIns: [...standIns] })),
    controls: evidence.controls ?? [],
    raw,
    complete: decision.verdict !== "unavailable" && decision.reason === undefined,
  };
}

/** Gates share steps, which are named for the one that they belong to. Where that one does not run, whoever needs the step tells of it. */
function ownsStep(gate: GateName, step: string, running: readonly GateName[]): boolean {
  const first = step.split("/")[0] ?? "";
  const owner = first === "build" ? "images" : gateNames.find((name) => name === first);
  return owner === undefined || owner === gate || !running.includes(owner);
}

async function lookOrExplain(gate: Gate, context: Parameters<Gate["look"]>[0]): Promise<Evidence> {
  try {
    return await gate.look(context);
  } catch (error) {
    return evidenceOfFailure(error);
  }
}

function skipped(gate: Gate, options: Pick<PipelineOptions, "config" | "mode">, reason: string): GateOutcome {
  return {
    gate,
    report: {
      name: gate.name,
      verdict: "skipped",
      reason,
      mode: modeOf(options.config.gates[gate.name].mode, options.mode),
      blocksAt: thresholdOf(gate, options),
      durationMs: 0,
      cached: false,
      tool: { name: gate.tool, version: "not run" },
      facts: [],
      findings: [],
      suppressions: [],
      standIns: [],
      files: [],
    },
    images: [],
    controls: [],
    raw: new Map(),
    complete: false,
  };
}

function thresholdOf(gate: Gate, options: Pick<PipelineOptions, "config">): Severity {
  const settings = options.config.gates[gate.name];
  return "blocksAt" in settings ? (settings.blocksAt ?? gate.blocksAt) : gate.blocksAt;
}

/** The report of a run that asked no gate: a release by itself, which tells what was done and how that ended. */
export function reportWithoutGates(options: ReportOptions, reason: string): Report {
  return makeReport({ ...options, allowList: [] }, gateNames.map((name) => skipped(gates[name], options, reason)), { startedAt: options.startedAt, engineLost: false, steps: [] });
}

type ReportOptions = Pick<PipelineOptions, "clock" | "config" | "mode" | "repository" | "startedAt" | "target" | "baseline"> & { readonly engine: Pick<Engine, "description"> };

function makeReport(options: ReportOptions & Pick<PipelineOptions, "allowList">, outcomes: readonly GateOutcome[], run: { startedAt: number; engineLost: boolean; steps: readonly StepReport[] }): Report {
  const reports = outcomes.map((outcome) => outcome.report);
  const images = outcomes.flatMap((outcome) => outcome.images);
  const unreleasable = [...(options.repository.dirty ? ["a tree with uncommitted changes"] : []), ...(images.some((image) => image.standIns.length > 0) ? ["stand-ins for published images"] : [])];
  const decision = decideRun(reports, options.target, { ...run, unreleasable });
  const complete = outcomes.every((outcome) => outcome.complete);
  return {
    $schema: "./report.schema.json",
    schemaVersion: 1,
    project: options.config.project,
    commit: options.repository.commit,
    dirty: options.repository.dirty,
    ...(options.repository.branch === undefined ? {} : { branch: options.repository.branch }),
    target: options.target,
    ...(options.config.preset === undefined ? {} : { preset: options.config.preset }),
    ...(options.baseline === undefined ? {} : { baseline: { commit: options.baseline.commit, findings: options.baseline.gates.flatMap((gate) => gate.findings).length } }),
    startedAt: new Date(run.startedAt).toISOString(),
    durationMs: options.clock.now() - run.startedAt,
    engine: options.engine.description,
    verdict: decision.verdict,
    exitCode: decision.exitCode,
    summary: decision.summary,
    gates: reports,
    images,
    allowList: allowListNotes(
      outcomes.map((outcome) => ({ findings: outcome.report.findings, byRule: outcome.gate.allowByRule })),
      options.allowList,
      { today: day(options.clock), complete },
    ),
    steps: [...run.steps],
    posture: securityPosture(reports, outcomes.flatMap((outcome) => outcome.controls)),
  };
}

const day = (clock: Clock): string => new Date(clock.now()).toISOString().slice(0, 10);
