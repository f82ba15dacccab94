import type { AlarmState } from "./state.ts";

/** Exists, and is over the threshold or not; or is missing. */
export interface Datapoint {
  readonly atMs: number;
  readonly value: number;
  readonly isBreaching: boolean;
}

export interface Evaluation {
  /** Undefined: as it was. */
  readonly state: AlarmState | undefined;
  /** Those that counted, newest first. */
  readonly datapoints: readonly Datapoint[];
  /** How many had to be made up by treatMissingData. */
  readonly filled: number;
}

export interface EvaluationRule {
  /** N */
  readonly evaluationPeriods: number;
  /** M */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching";
}

/**
 * Periods that are looked at. AWS looks further back than N, so that it can do
 * with real points what it would otherwise make up; its guide shows 5 for N = 3.
 */
export const evaluationRange = (evaluationPeriods: number): number => evaluationPeriods + 2;

/**
 * What an alarm comes to. `range` is the whole evaluation range, oldest first.
 * The rows of AWS's own tables are its test:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluate(range: readonly (Datapoint | undefined)[], { evaluationPeriods, datapointsToAlarm, treatMissingData }: EvaluationRule): Evaluation {
  const datapoints = range.filter((point) => point !== undefined).toReversed().slice(0, evaluationPeriods);
  const filled = evaluationPeriods - datapoints.length;
  const breaching = datapoints.filter(({ isBreaching }) => isBreaching).length;
  return { state: stateOf(), datapoints, filled };

  function stateOf(): AlarmState | undefined {
    if (breaching >= datapointsToAlarm) return "ALARM";
    if (filled === 0) return "OK";
    if (treatMissingData === "breaching") return breaching + filled >= datapointsToAlarm ? "ALARM" : "OK";
    if (treatMissingData === "notBreaching") return "OK";
    if (datapoints.length === 0) return treatMissingData === "missing" ? "INSUFFICIENT_DATA" : undefined;
    if (breaching < datapoints.length) return "OK";
    // All there is is over the threshold, but there are fewer than M: an alarm only once the oldest of them is M periods old.
    const age = range.length - range.findIndex((point) => point !== undefined);
    return treatMissingData === "missing" && age >= datapointsToAlarm ? "ALARM" : undefined;
  }
}
