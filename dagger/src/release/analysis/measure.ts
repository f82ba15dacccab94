import type { HaveTaskSet } from "../have.ts";
import { describeError } from "../watch/trouble.ts";
import type { Sight } from "../watch/sight.ts";
import type { AnalysisSettings, HttpExpectation, MetricCheck } from "./analysis-schema.ts";
import { askCloudwatch, type MetricTargets } from "./ask-cloudwatch.ts";
import { askHttp, type HttpSample } from "./ask-http.ts";
import { askPrometheus } from "./ask-prometheus.ts";
import { judgeValue } from "./judge-value.ts";
import type { Sample } from "./judge-samples.ts";
import { productionAddress } from "./production-address.ts";
import type { Measuring } from "./surroundings.ts";

export interface MeasurerOptions {
  readonly settings: Pick<AnalysisSettings, "address" | "prometheus">;
  /** 40 hex digits. */
  readonly commit: string;
}

/** `periodMs`: the period of a metric, which is not counted twice. */
export type Measured = Pick<Sample, "result" | "text"> & { readonly periodMs?: number };

const nothing = (text: string): Measured => ({ result: "inconclusive", text });

/** Takes single measurements. None of them throws: what could not be had is nothing learned. */
export class Measurer {
  readonly #options: MeasurerOptions;
  /** Somebody has answered at the production listener's address in this run. */
  #wasHeard = false;

  constructor(options: MeasurerOptions) {
    this.#options = options;
  }

  async http(check: HttpExpectation, sight: Sight, measuring: Measuring): Promise<Measured> {
    try {
      const base = await this.#address(sight, measuring);
      if (base === undefined) return nothing("where the production listener answers could not be read");
      const { isHeard, result, text }: HttpSample = await askHttp(base, check, measuring, this.#wasHeard);
      this.#wasHeard ||= isHeard;
      return { result, text };
    } catch (error) {
      return nothing(describeError(error));
    }
  }

  async metric(check: MetricCheck, sight: Sight, sinceMs: number, measuring: Measuring): Promise<Measured> {
    try {
      if (check.kind === "http") return await this.http(check, sight, measuring);
      const targets = targetsOf(sight, sinceMs);
      if (check.kind === "promql") return await this.#promql(check, targets, measuring);
      if (targets === undefined) return nothing("the target groups could not be read");
      const reading = await askCloudwatch(check, targets, measuring);
      if ("nothing" in reading) return nothing(reading.nothing);
      return { ...judgeValue(reading, check), periodMs: reading.periodMs };
    } catch (error) {
      return nothing(describeError(error));
    }
  }

  async #promql(check: Extract<MetricCheck, { kind: "promql" }>, targets: MetricTargets | undefined, measuring: Measuring): Promise<Measured> {
    const { commit, settings } = this.#options;
    if (settings.prometheus === undefined) return nothing("nothing says where Prometheus is");
    const reading = await askPrometheus(check, settings.prometheus, { COMMIT: commit, CANDIDATE_TARGET_GROUP: targets?.candidate ?? "", CURRENT_TARGET_GROUP: targets?.current ?? "" }, measuring);
    return "nothing" in reading ? nothing(reading.nothing) : judgeValue(reading, check);
  }

  async #address({ listeners }: Sight, measuring: Measuring): Promise<string | undefined> {
    const listener = listeners?.find(({ role }) => role === "production");
    return listener === undefined ? undefined : productionAddress(listener, this.#options.settings.address, measuring);
  }
}

/** Undefined where it could not be read which group is whose. */
function targetsOf({ deployment, listeners, taskSets }: Sight, sinceMs: number): MetricTargets | undefined {
  const isCandidate = ({ deploymentId }: HaveTaskSet): boolean => deploymentId === deployment.id;
  const candidate = taskSets?.find(isCandidate)?.targetGroupArn;
  const current = taskSets?.find((taskSet) => !isCandidate(taskSet) && taskSet.status !== "DRAINING")?.targetGroupArn;
  const loadBalancer = listeners?.[0]?.loadBalancerArn.split(":loadbalancer/")[1];
  if (candidate === undefined || loadBalancer === undefined) return undefined;
  return { loadBalancer, candidate: suffixOf(candidate), current: current === undefined ? undefined : suffixOf(current), sinceMs };
}

const suffixOf = (targetGroupArn: string): string => targetGroupArn.split(":").at(-1) ?? targetGroupArn;
