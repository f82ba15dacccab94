import type { Evaluation } from "./evaluate.ts";
import type { AlarmState, MetricAlarmRecord } from "./state.ts";

/** Why an alarm is in a state, in AWS's words. */
export function reasonOf({ comparisonOperator, threshold, treatMissingData, evaluationPeriods, datapointsToAlarm }: MetricAlarmRecord, from: AlarmState, to: AlarmState, { datapoints, filled }: Evaluation): string {
  if (to === "INSUFFICIENT_DATA") return `Insufficient Data: ${plural(evaluationPeriods, "datapoint")} ${evaluationPeriods === 1 ? "was" : "were"} unknown.`;
  const treated = `${plural(filled, "missing datapoint")} ${filled === 1 ? "was" : "were"} treated as [${treatMissingData === "breaching" ? "Breaching" : "NonBreaching"}]`;
  if (datapoints.length === 0) return `Threshold Crossed: no datapoints were received for ${plural(evaluationPeriods, "period")} and ${treated}.`;
  const counted = to === "ALARM" ? datapoints.filter(({ isBreaching }) => isBreaching) : datapoints.filter(({ isBreaching }) => !isBreaching);
  const shown = counted.map(({ value, atMs }) => `${number(value)} (${shortDate(atMs)})`).join(", ");
  const needed = to === "ALARM" ? (datapointsToAlarm ?? evaluationPeriods) : evaluationPeriods - (datapointsToAlarm ?? evaluationPeriods) + 1;
  const crossed = `[${shown}] ${counted.length === 1 ? "was" : "were"} ${to === "ALARM" ? "" : "not "}${words[comparisonOperator]} the threshold (${number(threshold)})`;
  const isFilled = filled > 0 && (treatMissingData === "breaching" || treatMissingData === "notBreaching");
  if (isFilled) return `Threshold Crossed: ${plural(counted.length, "datapoint")} ${crossed} and ${treated}.`;
  return `Threshold Crossed: ${counted.length} out of the last ${datapoints.length} datapoints ${crossed} (minimum ${plural(needed, "datapoint")} for ${from === to ? (to === "ALARM" ? "OK" : "ALARM") : from} -> ${to} transition).`;
}

const words: Readonly<Record<MetricAlarmRecord["comparisonOperator"], string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** AWS's are Java's numbers: 5 is 5.0. */
const number = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

/** 15/01/26 12:03:00 */
function shortDate(ms: number): string {
  const [, year = "", month = "", day = "", time = ""] = /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/.exec(new Date(ms).toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}
