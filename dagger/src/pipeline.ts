import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { observedEngine } from "./engine/observed-engine.ts";
import type { Engine } from "./engine/engine.ts";
import { StepError, type StepErrorCode } from "./engine/step-error.ts";
import { allowListNotes, applyAllowList, type AllowList } from "./gates/allow-list.ts";
import { evidenceOfFailure, type Evidence, type Gate } from "./gates/gate.ts";
import { gates } from "./gates/index.ts";
import { decideGate, decideRun, modeOf } from "./gates/policy.ts";
import type { EmitEvent, PipelineEvent } from "./report/events.ts";
import { gateNames, type GateName, type GateReport, type ImageReport, type Report, type Target } from "./report/schema.ts";
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
  readonly clock: Clock;
  /** When the run began, getting the engine ready included: events count from here. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: PipelineEvent) => void;
}

export interface PipelineResult {
  readonly report: Report;
  /** The tools' own reports and logs: path below `out/` -> text. */
  readonly raw: ReadonlyMap<string, string>;
}

/**
 * The whole run. Throws StepError CANCELLED when it was; every other failure is
 * a verdict.
 */
export async function runPipeline(options: PipelineOptions): Promise<PipelineResult> {
  const { startedAt } = options;
  const emit: EmitEvent = (event) => {
    options.onEvent({ ...event, at: options.clock.now() - startedAt });
  };
  const { commit, dirty } = options.repository;
  emit({ kind: "pipeline-started", commit, dirty, engine: options.engine.description, gates: gateNames.filter((name) => options.only.includes(name)) });

  let engineLost = false;
  const outcomes = await runGates(options, emit, (code) => {
    engineLost ||= code === "ENGINE_LOST";
  });
  const report = makeReport(options, outcomes, { startedAt, engineLost });
  emit({ kind: "pipeline-finished", report });
  return { report, raw: new Map(outcomes.flatMap((outcome) => [...outcome.raw])) };
}

interface GateOutcome {
  readonly gate: Gate;
  readonly report: GateReport;
  readonly images: readonly ImageReport[];
  readonly raw: ReadonlyMap<string, string>;
}

type OnStepFailure = (code: StepErrorCode) => void;

async function runGates(options: PipelineOptions, emit: EmitEvent, onFailure: OnStepFailure): Promise<GateOutcome[]> {
  const failFast = new AbortController();
  const signal = AbortSignal.any([options.signal, failFast.signal]);
  const settled = await Promise.allSettled(
    gateNames.map(async (name) => {
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
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

async function runGate(gate: Gate, options: PipelineOptions, run: { signal: AbortSignal; emit: EmitEvent; onFailure: OnStepFailure }): Promise<GateOutcome> {
  const settings = options.config.gates[gate.name];
  if (settings.mode === "off") return skipped(gate, options, `turned off in gitops.json: ${settings.reason ?? ""}`);
  if (!options.only.includes(gate.name)) return skipped(gate, options, "not asked for");
  const nothing = gate.nothingToDo(options.config);
  if (nothing !== undefined) return skipped(gate, options, nothing);

  const startedAt = options.clock.now();
  run.emit({ kind: "gate-started", gate: gate.name });
  const evidence = await lookOrExplain(gate, {
    config: options.config,
    repository: options.repository,
    engine: observedEngine(options.engine, gate.name, run.emit, options.clock, run.onFailure),
    timeoutMs: settings.timeoutMinutes * 60_000,
    signal: run.signal,
  });
  const findings = applyAllowList(evidence.findings, options.allowList, { today: day(options.clock), byRule: gate.allowByRule });
  const decision = decideGate({ ...evidence, findings }, gate.blocksAt);
  return {
    gate,
    report: {
      name: gate.name,
      ...decision,
      mode: modeOf(settings.mode, options.mode),
      durationMs: options.clock.now() - startedAt,
      cached: evidence.cached,
      tool: { name: gate.tool, version: evidence.toolVersion },
      lookedAt: evidence.lookedAt,
      findings,
      suppressions: [...evidence.suppressions],
      standIns: [...evidence.standIns],
    },
    images: (evidence.images ?? []).map(({ service, reference, imageId, sizeBytes, standIns }) => ({ service, reference, imageId, sizeBytes, standIns: [...standIns] })),
    raw: new Map([...evidence.raw].map(([file, text]) => [`raw/${gate.name}/${file}`, text])),
  };
}

async function lookOrExplain(gate: Gate, context: Parameters<Gate["look"]>[0]): Promise<Evidence> {
  try {
    return await gate.look(context);
  } catch (error) {
    return evidenceOfFailure(error);
  }
}

function skipped(gate: Gate, options: PipelineOptions, reason: string): GateOutcome {
  return {
    gate,
    report: {
      name: gate.name,
      verdict: "skipped",
      reason,
      mode: modeOf(options.config.gates[gate.name].mode, options.mode),
      durationMs: 0,
      cached: false,
      tool: { name: gate.tool, version: "not run" },
      findings: [],
      suppressions: [],
      standIns: [],
    },
    images: [],
    raw: new Map(),
  };
}

function makeReport(options: PipelineOptions, outcomes: readonly GateOutcome[], run: { startedAt: number; engineLost: boolean }): Report {
  const reports = outcomes.map((outcome) => outcome.report);
  const images = outcomes.flatMap((outcome) => outcome.images);
  const unreleasable = [...(options.repository.dirty ? ["a tree with uncommitted changes"] : []), ...(images.some((image) => image.standIns.length > 0) ? ["stand-ins for published images"] : [])];
  const decision = decideRun(reports, options.target, { ...run, unreleasable });
  const complete = reports.every((report) => (report.verdict === "passed" || report.verdict === "failed") && report.reason === undefined);
  return {
    $schema: "./report.schema.json",
    schemaVersion: 1,
    project: options.config.project,
    commit: options.repository.commit,
    dirty: options.repository.dirty,
    ...(options.repository.branch === undefined ? {} : { branch: options.repository.branch }),
    target: options.target,
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
  };
}

const day = (clock: Clock): string => new Date(clock.now()).toISOString().slice(0, 10);
