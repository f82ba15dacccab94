import { describe, expect, it } from "vitest";
import { environmentStack } from "../support/synth.ts";

const stack = environmentStack();
const alarms = stack.all("aws_cloudwatch_metric_alarm");
const group = (color: string) => ({ LoadBalancer: "${aws_lb.load-balancer-balancer.arn_suffix}", TargetGroup: `\${aws_lb_target_group.load-balancer-${color}.arn_suffix}` });

interface Query {
  readonly id: string;
  readonly expression?: string;
  readonly return_data: boolean;
  readonly metric?: { readonly metric_name: string; readonly stat: string; readonly period: number; readonly dimensions: object };
}
const queriesOf = (name: string): readonly Query[] => (alarms[name]?.["metric_query"] ?? []) as readonly Query[];

describe.each(["blue", "green"])("of %s", (color) => {
  const byMetric: readonly (readonly [what: string, alarm: object])[] = [
    ["5xx-alarm", { metric_name: "HTTPCode_Target_5XX_Count", statistic: "Sum", threshold: 10, datapoints_to_alarm: 2, evaluation_periods: 2 }],
    ["unhealthy-alarm", { metric_name: "UnHealthyHostCount", statistic: "Maximum", threshold: 0, datapoints_to_alarm: 2, evaluation_periods: 3 }],
    ["latency-alarm", { metric_name: "TargetResponseTime", extended_statistic: "p99", threshold: 2, datapoints_to_alarm: 3, evaluation_periods: 5 }],
  ];

  it.each(byMetric)("%s", (what, expected) => {
    expect(alarms[`alarms-${what}-${color}`]).toMatchObject({ alarm_name: `notes-${what}-${color}`, namespace: "AWS/ApplicationELB", period: 60, comparison_operator: "GreaterThanThreshold", dimensions: group(color), ...expected });
  });

  it("5xx-share-alarm, of at least 20 requests", () => {
    const [share, ...metrics] = queriesOf(`alarms-5xx-share-alarm-${color}`);
    expect(alarms[`alarms-5xx-share-alarm-${color}`]).toMatchObject({ threshold: 5, comparison_operator: "GreaterThanThreshold", datapoints_to_alarm: 2, evaluation_periods: 2 });
    expect(share).toMatchObject({ expression: "IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)", return_data: true });
    expect(metrics.map(({ id, return_data: isShown, metric }) => [id, isShown, metric])).toEqual([
      ["errors", false, { namespace: "AWS/ApplicationELB", metric_name: "HTTPCode_Target_5XX_Count", period: 60, stat: "Sum", dimensions: group(color) }],
      ["requests", false, { namespace: "AWS/ApplicationELB", metric_name: "RequestCount", period: 60, stat: "Sum", dimensions: group(color) }],
    ]);
  });
});

it("sees refused connections of either group", () => {
  const [worse, ...metrics] = queriesOf("alarms-refused-alarm");
  expect(worse?.expression).toBe("MAX([FILL(blue, 0), FILL(green, 0)])");
  expect(metrics.map(({ id, metric }) => [id, metric?.metric_name, metric?.dimensions])).toEqual(["blue", "green"].map((color) => [color, "TargetConnectionErrorCount", group(color)]));
});

it("sees the load balancer's own errors, and not a stray one", () => {
  expect(alarms["alarms-elb-5xx-alarm"]).toMatchObject({ metric_name: "HTTPCode_ELB_5XX_Count", statistic: "Sum", threshold: 10, datapoints_to_alarm: 2, evaluation_periods: 2, dimensions: { LoadBalancer: "${aws_lb.load-balancer-balancer.arn_suffix}" } });
  expect(alarms["alarms-elb-5xx-alarm"]?.["dimensions"]).not.toHaveProperty("TargetGroup");
});

it("takes silence for no fault, tells the account's topic, and says what it is about", () => {
  for (const alarm of Object.values(alarms)) {
    expect(alarm).toMatchObject({ treat_missing_data: "notBreaching", alarm_actions: ["arn:aws:sns:eu-west-1:111122223333:notes-alerts"], ok_actions: ["arn:aws:sns:eu-west-1:111122223333:notes-alerts"] });
    expect(String(alarm["alarm_description"])).toMatch(/^[A-Z].*\.$/);
  }
});
