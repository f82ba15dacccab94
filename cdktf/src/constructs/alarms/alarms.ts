import { CloudwatchMetricAlarm, type CloudwatchMetricAlarmConfig } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import { colors, type Color, type LoadBalancer } from "../load-balancer/load-balancer.ts";
import { compared, dimensionsOf, measured, namespace, period } from "./metrics.ts";

export interface AlarmsProps {
  readonly environment: Environment;
  readonly balancer: LoadBalancer;
  /** Who is told. */
  readonly topicArn: string;
}

/** What an alarm is about, and when it fires; the rest is the same for all. */
type Watch = Omit<CloudwatchMetricAlarmConfig, "alarmName" | "comparisonOperator" | "evaluationPeriods" | "datapointsToAlarm" | "treatMissingData"> & {
  /** So many of so many minutes. */
  readonly minutes: readonly [bad: number, of: number];
};

/**
 * What stops a deployment, and tells people at any time. Each is there for both target
 * groups, for they change places with every release. AWS takes ten for a deployment
 * group, and these are ten: refused connections share one.
 */
export class Alarms extends Construct {
  readonly names: readonly string[];
  readonly #props: AlarmsProps;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.names = [...colors.flatMap((color) => this.#ofGroup(color)), this.#refused(), this.#ownErrors()];
  }

  #ofGroup(color: Color): readonly string[] {
    const { lb, [color]: group } = this.#props.balancer;
    const dimensions = dimensionsOf(lb, group);
    return [
      this.#alarm(`5xx-alarm-${color}`, { minutes: [2, 2], alarmDescription: `More than 10 answers a minute of ${color} are errors.`, namespace, metricName: "HTTPCode_Target_5XX_Count", dimensions, statistic: "Sum", period, threshold: 10 }),
      // Ten errors a minute are many where few ask, as at the first tenth of a shift.
      this.#alarm(`5xx-share-alarm-${color}`, {
        minutes: [2, 2],
        alarmDescription: `More than 5 % of the answers of ${color} are errors, of at least 20 a minute.`,
        threshold: 5,
        metricQuery: [compared("share", "Errors, %", "IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)"), measured("errors", "HTTPCode_Target_5XX_Count", dimensions), measured("requests", "RequestCount", dimensions)],
      }),
      this.#alarm(`unhealthy-alarm-${color}`, { minutes: [2, 3], alarmDescription: `A task of ${color} does not pass its health check.`, namespace, metricName: "UnHealthyHostCount", dimensions, statistic: "Maximum", period, threshold: 0 }),
      this.#alarm(`latency-alarm-${color}`, { minutes: [3, 5], alarmDescription: `One in a hundred answers of ${color} takes longer than 2 s.`, namespace, metricName: "TargetResponseTime", dimensions, extendedStatistic: "p99", period, threshold: 2, evaluateLowSampleCountPercentiles: "ignore" }),
    ];
  }

  /** A version that takes no connection answers nothing, so it has no errors of its own. */
  #refused(): string {
    const { lb } = this.#props.balancer;
    return this.#alarm("refused-alarm", {
      minutes: [2, 2],
      alarmDescription: "A task refuses more than 10 connections a minute.",
      threshold: 10,
      metricQuery: [compared("refused", "Refused connections of the worse group", `MAX([${colors.map((color) => `FILL(${color}, 0)`).join(", ")}])`), ...colors.map((color) => measured(color, "TargetConnectionErrorCount", dimensionsOf(lb, this.#props.balancer[color])))],
    });
  }

  /**
   * The load balancer's own errors. It has one for each request to the test listener
   * while there is no new version behind it yet; so it takes more than a stray one, for two minutes.
   */
  #ownErrors(): string {
    return this.#alarm("elb-5xx-alarm", { minutes: [2, 2], alarmDescription: "The load balancer itself answers more than 10 requests a minute with errors.", namespace, metricName: "HTTPCode_ELB_5XX_Count", dimensions: dimensionsOf(this.#props.balancer.lb), statistic: "Sum", period, threshold: 10 });
  }

  #alarm(what: string, { minutes: [bad, of], ...watch }: Watch): string {
    const { environment, topicArn } = this.#props;
    return new CloudwatchMetricAlarm(this, what, {
      alarmName: environment.names.of("alarm", what),
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: of,
      datapointsToAlarm: bad,
      // A load balancer tells nothing where nobody asks, and no errors where there are none.
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
      ...watch,
    }).alarmName;
  }
}
