import type { HaveAlarm } from "../have.ts";
import { calculate, isSeveral, NotJudged, type Point } from "./metric-math.ts";

/** What a load balancer measures in one period, as far as an alarm may tell a bad version by it. */
export interface Scene {
  /** Dimension of the new version's target group. */
  readonly group: string;
  /** What the new version does with this share of its requests, 0 to 1. */
  readonly errors: number;
  readonly refused: number;
  /** Whether the other target group has requests too, as in the middle of a shift; an idle one publishes nothing. */
  readonly othersHaveRequests: boolean;
  /** In a period, of each target group that has any. */
  readonly requests: number;
}

type Metric = HaveAlarm["metrics"][number];

/** What the alarm compares with its threshold; undefined for no data. Throws NotJudged where that cannot be known. */
export function valueIn(alarm: HaveAlarm, scene: Scene): number | undefined {
  const { expressions, returned, metrics } = alarm;
  const lookUp = (id: string | undefined, path: readonly (string | undefined)[]): Point => {
    if (path.includes(id)) throw new NotJudged("it refers to itself");
    const metric = metrics.find((one) => one.id === id);
    if (metric !== undefined) return measured(metric, scene);
    const expression = id === undefined ? undefined : expressions[id];
    if (expression === undefined) throw new NotJudged("it refers to what is not there");
    return calculate(expression, { lookUp: (other) => lookUp(other, [...path, id]), metrics: (part) => metrics.filter((one) => one.id?.includes(part) === true).map((one) => measured(one, scene)) });
  };
  const value = lookUp(returned, []);
  if (isSeveral(value)) throw new NotJudged("it gives several time series");
  return value;
}

/** Whether the alarm's comparison takes that value for bad. */
export function isBad({ comparison, threshold }: HaveAlarm, value: number | undefined): boolean {
  if (threshold === undefined) throw new NotJudged("it has no fixed threshold");
  if (value === undefined) return false;
  switch (comparison) {
    case "GreaterThanThreshold":
      return value > threshold;
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
    default:
      throw new NotJudged(`it compares by ${comparison}`);
  }
}

const counted = (count: number): number | undefined => (count === 0 ? undefined : count);

/** A count of answers has no data when there are none; nothing has, for a target group without requests and targets. */
function measured({ namespace, name, dimensions }: Metric, { group, errors, refused, othersHaveRequests, requests }: Scene): number | undefined {
  if (namespace !== "AWS/ApplicationELB") throw new NotJudged(`${namespace} ${name} is no metric of an application load balancer`);
  const { TargetGroup: of, LoadBalancer: balancer } = dimensions;
  if (balancer === undefined && name !== "RequestCountPerTarget") return undefined;
  const mine = of === undefined || of === group;
  const all = (mine ? requests : 0) + (othersHaveRequests && of !== group ? requests : 0);
  const bad = mine ? requests * errors : 0;
  const broken = mine ? requests * refused : 0;
  switch (name) {
    case "HTTPCode_Target_5XX_Count":
      return counted(bad);
    case "HTTPCode_Target_2XX_Count":
      return counted(all - bad - broken);
    case "HTTPCode_Target_3XX_Count":
    case "HTTPCode_Target_4XX_Count":
      return undefined;
    case "TargetConnectionErrorCount":
      return counted(broken);
    case "RequestCount":
    case "RequestCountPerTarget":
    case "ActiveConnectionCount":
    case "NewConnectionCount":
    case "ProcessedBytes":
    case "ConsumedLCUs":
      return counted(all);
    case "HealthyHostCount":
    case "MitigatedHostCount":
    case "AnomalousHostCount":
    case "UnHealthyHostCount":
    case "TargetResponseTime":
      // A version that answers with errors may well be healthy, on as many hosts as one likes, and quick.
      return all === 0 ? undefined : name === "HealthyHostCount" ? 1000 : name === "TargetResponseTime" ? 0.01 : 0;
    default:
      // The balancer's own errors are about no version.
      if (/^(HTTPCode_ELB_|RejectedConnectionCount$|ClientTLSNegotiationErrorCount$|TargetTLSNegotiationErrorCount$)/.test(name)) return undefined;
      throw new NotJudged(`${name} is not known`);
  }
}
