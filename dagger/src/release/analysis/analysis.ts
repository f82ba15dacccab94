import type { EmitRelease } from "../../report/release-events.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { ReleaseSettings } from "../release-settings.ts";
import { stopDeployment } from "../rollback/acts.ts";
import type { Sight } from "../watch/sight.ts";
import { describeError } from "../watch/trouble.ts";
import { dueMs, verdictOf, type AnalysisCheck, type CheckVerdict } from "./check.ts";
import type { Sample } from "./judge-samples.ts";
import { Measurer, type Measured } from "./measure.ts";
import { phaseOf, type Phase } from "./phase.ts";
import type { AnalysisSurroundings, Measuring } from "./surroundings.ts";

export interface AnalysisOptions {
  readonly settings: Pick<ReleaseSettings, "analysis" | "hooks">;
  /** 40 hex digits, of the version that is released. */
  readonly commit: string;
  readonly surroundings: AnalysisSurroundings;
  readonly emit: EmitRelease;
  readonly signal: AbortSignal;
}

/** A check that has ended the deployment, or was to. */
export interface Objection {
  /** Its name and why, as the end of a sentence. */
  readonly why: string;
  /** Whether CodeDeploy has taken the stop; false: it was over, or refuses. */
  readonly isStopped: boolean;
}

interface Open {
  readonly check: AnalysisCheck;
  readonly measure: (sight: Sight, measuring: Measuring) => Promise<Measured>;
  readonly samples: Sample[];
  reachedMs: number | undefined;
  /** When it was looked at last, whether or not that gave a sample. */
  lookedMs: number | undefined;
  periodMs: number | undefined;
}

/** Looks at a release's own checks while it is watched, and stops the deployment when one of them fails. */
export class Analysis {
  readonly #options: AnalysisOptions;
  readonly #measurer: Measurer;
  #open: readonly Open[];
  #objection: Objection | undefined;
  #isPinged = false;
  #probe: "open" | "told" = "open";

  constructor(options: AnalysisOptions) {
    const { commit, settings } = options;
    this.#options = options;
    this.#measurer = new Measurer({ settings: settings.analysis, commit });
    this.#open = [...this.#metricChecks(), ...this.#smokeChecks()].map((one) => ({ ...one, samples: [], reachedMs: undefined, lookedMs: undefined, periodMs: undefined }));
  }

  /** What stands against the version, if anything. */
  get objection(): Objection | undefined {
    return this.#objection;
  }

  /** Takes the samples that are due, and acts on what they add up to. Never throws. */
  async next(sight: Sight, clients: AwsClients): Promise<void> {
    const phase = phaseOf(sight);
    const { signal, surroundings } = this.#options;
    const measuring: Measuring = { clients, surroundings, signal, nowMs: phase.atMs };
    this.#tellProbe(sight);
    await this.#ping(sight, phase, measuring);
    await Promise.all(this.#open.map(async (one) => this.#look(one, sight, phase, measuring)));
    if (signal.aborted) return;
    this.#judge(phase);
    if (this.#objection?.isStopped === false && !phase.isOver) await this.#stop(sight.deployment.id, clients);
  }

  #metricChecks(): Pick<Open, "check" | "measure">[] {
    return this.#options.settings.analysis.metrics.map((metric) => ({
      check: { name: metric.name, stage: "shift", dryRun: metric.dryRun, inconclusive: metric.inconclusive, everyMs: metric.everySeconds * 1000, fromTrafficPercent: metric.fromTrafficPercent, needsBoth: metric.kind === "baseline", rule: { failAt: metric.failAt, ofLast: metric.ofLast } },
      measure: async (sight, measuring) => this.#measurer.metric(metric, sight, phaseOf(sight).sinceMs ?? sight.deployment.createdAtMs, measuring),
    }));
  }

  #smokeChecks(): Pick<Open, "check" | "measure">[] {
    const { checks, everySeconds, inconclusive, tries } = this.#options.settings.analysis.smoke;
    return checks.map((smoke) => ({
      check: { name: `smoke ${smoke.name ?? smoke.path}`, stage: "smoke", dryRun: smoke.dryRun ?? false, inconclusive, everyMs: everySeconds * 1000, fromTrafficPercent: 100, needsBoth: false, rule: { tries } },
      measure: async (sight, measuring) => this.#measurer.http(smoke, sight, measuring),
    }));
  }

  /** Once, while the version before answers: whoever is not reached now is not reached because of the new version later. */
  async #ping(sight: Sight, { candidatePercent }: Phase, measuring: Measuring): Promise<void> {
    const [smoke] = this.#options.settings.analysis.smoke.checks;
    if (this.#isPinged || smoke === undefined || candidatePercent === undefined || candidatePercent === 100) return;
    this.#isPinged = true;
    await this.#measurer.http({ path: smoke.path }, sight, measuring);
  }

  async #look(one: Open, sight: Sight, phase: Phase, measuring: Measuring): Promise<void> {
    const { check } = one;
    if ((phase.candidatePercent ?? 0) >= check.fromTrafficPercent) one.reachedMs ??= phase.atMs;
    const due = dueMs(check, one.lookedMs === undefined ? [] : [{ atMs: one.lookedMs }], phase, one.reachedMs);
    if (due === undefined || phase.atMs < due || this.#objection !== undefined) return;
    one.lookedMs = phase.atMs;
    const { periodMs, result, text } = await one.measure(sight, measuring);
    if (measuring.signal.aborted || (periodMs !== undefined && periodMs === one.periodMs)) return;
    one.periodMs = periodMs ?? one.periodMs;
    one.samples.push({ atMs: phase.atMs, result, text });
    this.#options.emit({ kind: "sample", check: check.name, stage: check.stage, result, text, dryRun: check.dryRun });
  }

  #judge(phase: Phase): void {
    const still: Open[] = [];
    for (const one of this.#open) {
      const verdict = this.#verdict(one, phase);
      if (verdict === undefined) still.push(one);
      else this.#tell(one.check, verdict, phase);
    }
    this.#open = still;
  }

  /** Of a version that did not stay nobody needs to know what was never looked at. */
  #verdict({ check, samples }: Open, phase: Phase): CheckVerdict | undefined {
    if (phase.isOver && !phase.hasSucceeded && samples.length === 0) return undefined;
    return verdictOf(check, samples, phase);
  }

  #tell({ dryRun, inconclusive, name, stage }: AnalysisCheck, { result, why }: CheckVerdict, phase: Phase): void {
    const objects = !dryRun && (result === "fail" || (result === "inconclusive" && inconclusive === "rollback"));
    // One reason is enough, and what has failed by itself needs none.
    const stops = objects && this.#objection === undefined && (!phase.isOver || phase.hasSucceeded);
    this.#options.emit({ kind: "verdict", check: name, stage, result, why, dryRun, stops });
    if (stops) this.#objection = { why: `check ${name} ${result === "fail" ? "failed" : "was inconclusive"}: ${why}`, isStopped: false };
  }

  async #stop(deploymentId: string, clients: AwsClients): Promise<void> {
    const { emit, signal } = this.#options;
    try {
      if (!(await stopDeployment({ clients, signal }, deploymentId))) return;
      if (this.#objection !== undefined) this.#objection = { ...this.#objection, isStopped: true };
      emit({ kind: "stopped", deploymentId });
    } catch (error) {
      // It goes on, and is tried again at the next look.
      if (!signal.aborted) emit({ kind: "trouble", what: `the deployment could not be stopped: ${describeError(error)}`, tries: 1 });
    }
  }

  /** What CodeDeploy had looked at before any user saw the version, by the function that gitops.json names. */
  #tellProbe({ events }: Sight): void {
    const { analysis, hooks } = this.#options.settings;
    const name = hooks.AfterAllowTestTraffic;
    const event = events.find((one) => one.name === "AfterAllowTestTraffic");
    const isEnded = event?.status === "Succeeded" || event?.status === "Failed";
    if (this.#probe === "told" || name === undefined || analysis.probes.length === 0 || event === undefined || !isEnded) return;
    this.#probe = "told";
    const isGood = event.status === "Succeeded";
    const asked = analysis.probes.map((probe) => probe.name ?? probe.path).join(", ");
    // CodeDeploy ends the deployment by itself.
    this.#options.emit({ kind: "verdict", check: "probes", stage: "probe", result: isGood ? "pass" : "fail", why: isGood ? `${asked}, by ${name}` : `${name} said no before any user saw the version${event.message === undefined ? "" : `: ${event.message}`}`, dryRun: false, stops: false });
  }
}
