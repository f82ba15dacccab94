import { PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { describe, expect, it } from "vitest";
import { awsClients } from "../../../src/release/aws/clients.ts";
import { apply } from "../../../src/release/apply.ts";
import { makePlan } from "../../../src/release/make-plan.ts";
import { observe } from "../../../src/release/observe/observe.ts";
import { preflight, refuseUnready } from "../../../src/release/preflight/preflight.ts";
import { ReleaseError } from "../../../src/release/release-error.ts";
import type { PreflightFinding } from "../../../src/report/release-schema.ts";
import { aWant, haveOf } from "../support/a-want.ts";
import { startWorld, type StartedWorld, type WorldJson, type WorldOptions } from "../support/start-world.ts";

async function lookAt(options: WorldOptions = {}, prepare: (world: StartedWorld) => Promise<void> | void = () => undefined): Promise<readonly PreflightFinding[]> {
  const world = await startWorld(options);
  await prepare(world);
  const want = aWant(world);
  return preflight(want, await haveOf(world, want));
}
const stops = (findings: readonly PreflightFinding[]): string[] => findings.filter(({ level }) => level === "no").map(({ check }) => check);
const warnings = (findings: readonly PreflightFinding[]): string[] => findings.filter(({ level }) => level === "warning").map(({ check }) => check);

/** A part of a resource, to be changed. */
const part = (world: WorldJson, type: string, name: string): Record<string, unknown> => world.resource[type]?.[name] ?? expect.fail(`there is no ${type}.${name}`);
const alarmOf = (world: WorldJson): Record<string, unknown> & { metric_query: { id: string; metric?: { namespace: string; metric_name: string; stat: string; dimensions: Record<string, string> } }[] } => part(world, "aws_cloudwatch_metric_alarm", "errors") as never;

describe("preflight of the Notes world", () => {
  it("finds nothing that stops a release", async () => {
    const findings = await lookAt();
    expect(stops(findings)).toEqual([]);
    expect(warnings(findings)).toEqual(["alarm-without-data", "alarm-refused-connections"]);
    expect(findings.find(({ check }) => check === "alarm-watches-both")?.what).toBe("notes-5xx-alarm watches both target groups.");
    expect(findings.find(({ check }) => check === "live-target-group")?.what).toBe("All requests on port 80 go to notes-blue.");
    expect(findings.every(({ level, next }) => (next === "") === (level === "ok"))).toBe(true);
  });

  it("knows the other target group after a release, which is no fault", async () => {
    const findings = await lookAt({}, async (world) => {
      const want = aWant(world);
      const plan = makePlan(want, await haveOf(world, want), { isAncestor: undefined, allowOlder: false });
      await apply(plan, want, { clients: world.clients, emit: () => undefined, signal: new AbortController().signal });
      await world.untilOver();
    });
    expect(stops(findings)).toEqual([]);
    expect(findings.find(({ check }) => check === "live-target-group")?.what).toBe("All requests on port 80 go to notes-green.");
  });
});

describe("preflight names an alarm that cannot work", () => {
  const queriesOf = (world: WorldJson) => alarmOf(world).metric_query as { id: string; expression?: string; return_data?: boolean; metric?: { namespace: string; metric_name: string; stat: string } }[];
  const express = (world: WorldJson, expression: string, keep: RegExp): void => {
    alarmOf(world).metric_query = [{ id: "own", expression, return_data: true }, ...queriesOf(world).filter(({ id, metric }) => metric !== undefined && keep.test(id))] as never;
  };
  const count = (name: string, stat = "Sum") => (world: WorldJson): void => {
    for (const { metric } of queriesOf(world)) if (metric?.metric_name.startsWith("HTTPCode") === true) Object.assign(metric, { metric_name: name, stat });
  };
  const set = (more: object) => (world: WorldJson): void => void Object.assign(alarmOf(world), more);
  const judge = async (change: (world: WorldJson) => void) => (await lookAt({ notReady: true, change })).filter(({ check }) => /^alarm-/.test(check));

  it.each<[string, (world: WorldJson) => void, string, string]>([
    ["without FILL, which never has a value", (world) => { express(world, "blue_errors + green_errors", /errors/); }, "alarm-watches-no-group", "notes-5xx-alarm has no value then"],
    ["whose expression is of blue only", (world) => void Object.assign(queriesOf(world)[0] ?? {}, { expression: "MAX([blue_share, blue_share])" }), "alarm-watches-one-group", "notes-green"],
    ["on 3XX", count("HTTPCode_Target_3XX_Count"), "alarm-watches-no-group", "its value is 0 when every answer is an error"],
    ["that fires below its threshold", set({ comparison_operator: "LessThanThreshold" }), "alarm-always-fires", "LessThanThreshold 5"],
    ["of 100000 %", set({ threshold: 100_000 }), "alarm-watches-no-group", "its value is 100 when every answer is an error (GreaterThanThreshold 100000)"],
    ["that takes longer than the deployment", set({ evaluation_periods: 60, datapoints_to_alarm: 60 }), "alarm-too-slow", "needs 60 minutes of errors to fire, and a deployment is over 14 minutes after its first requests"],
    ["on unhealthy hosts only", count("UnHealthyHostCount", "Maximum"), "alarm-watches-no-group", "stop nothing"],
  ])("%s", async (_what, change, check, what) => {
    const findings = await judge(change);
    expect(stops(findings)).toContain(check);
    expect(findings.find((finding) => finding.check === check)?.what).toContain(what);
  });

  it.each<[string, (world: WorldJson) => void, string]>([
    ["of 60 %", set({ threshold: 60 }), "alarm-threshold"],
    ["that fires when all users have the version", set({ evaluation_periods: 12, datapoints_to_alarm: 12 }), "alarm-slow"],
    ["on refused connections only", count("TargetConnectionErrorCount"), "alarm-errors-unwatched"],
    ["that has a value in the middle of a shift only", (world) => { express(world, "100 * (FILL(blue_errors, 0) + FILL(green_errors, 0)) / (blue_requests + green_requests)", /./); }, "alarm-watches-sometimes"],
    ["by a function that is not known", (world) => { express(world, "RUNNING_SUM(blue_errors)", /./); }, "alarm-not-judged"],
    [
      "on metrics of the application's own",
      (world) => {
        for (const { metric } of queriesOf(world)) if (metric !== undefined) metric.namespace = "Notes";
      },
      "alarm-not-judged",
    ],
  ])("%s, as a warning", async (_what, change, check) => {
    const findings = await judge(change);
    expect(stops(findings)).toEqual([]);
    expect(warnings(findings)).toContain(check);
  });

  it.each<[string, (world: WorldJson) => void]>([
    ["FILL around all", (world) => { express(world, "100 * (FILL(blue_errors, 0) + FILL(green_errors, 0)) / (FILL(blue_requests, 0) + FILL(green_requests, 0))", /./); }],
    ["a sum of a list", (world) => { express(world, "SUM([blue_errors, green_errors])", /errors/); }],
    ["a condition on requests", (world) => { express(world, "IF(FILL(blue_requests, 0) > 20 OR FILL(green_requests, 0) > 20, MAX([FILL(blue_errors, 0), green_errors]), 0)", /./); }],
    ["GreaterThanOrEqualToThreshold", set({ comparison_operator: "GreaterThanOrEqualToThreshold" })],
  ])("but none with %s", async (_what, change) => {
    const findings = await judge(change);
    expect(findings.filter(({ level }) => level !== "ok").map(({ check }) => check)).toEqual(["alarm-without-data", "alarm-refused-connections"]);
    expect(findings.map(({ check }) => check)).toContain("alarm-watches-both");
  });
});

describe("preflight names an alarm", () => {
  it.each<[string, (world: WorldJson) => void, string, string]>([
    [
      "that watches only blue",
      (world) => {
        const alarm = alarmOf(world);
        alarm.metric_query = alarm.metric_query.filter(({ id }) => !["green_errors", "green_share"].includes(id));
        Object.assign(alarm.metric_query[0] ?? {}, { expression: "MAX([blue_share, 0 * green_requests])" });
      },
      "alarm-watches-one-group",
      "notes-5xx-alarm watches notes-blue only: errors of a version behind notes-green stop nothing, which is every second release.",
    ],
    ["that takes missing data for bad", (world) => Object.assign(alarmOf(world), { treat_missing_data: "breaching" }), "alarm-missing-data", "it fires before the new version has any."],
    ["that keeps its state while data is missing", (world) => Object.assign(alarmOf(world), { treat_missing_data: "ignore" }), "alarm-missing-data", "stops every later release."],
    [
      "in another namespace",
      (world) => {
        for (const { metric } of alarmOf(world).metric_query) if (metric !== undefined) metric.namespace = "AWS/ELB";
      },
      "alarm-never-gets-data",
      "application load balancers publish it in AWS/ApplicationELB.",
    ],
    [
      "of another load balancer",
      (world) => {
        for (const { metric } of alarmOf(world).metric_query) if (metric !== undefined) metric.dimensions["LoadBalancer"] = "app/other/0123456789abcdef";
      },
      "alarm-never-gets-data",
      "app/other/0123456789abcdef is not the load balancer of this service.",
    ],
    [
      "without the load balancer",
      (world) => {
        for (const { metric } of alarmOf(world).metric_query) if (metric !== undefined) delete metric.dimensions["LoadBalancer"];
      },
      "alarm-never-gets-data",
      "it names a target group without its load balancer.",
    ],
    [
      "of another target group",
      (world) => {
        for (const { metric } of alarmOf(world).metric_query) if (metric !== undefined) metric.dimensions["TargetGroup"] = "targetgroup/other/0123456789abcdef";
      },
      "alarm-watches-no-group",
      "watches neither target group",
    ],
    [
      "of the average of a count",
      (world) => {
        for (const { metric } of alarmOf(world).metric_query) if (metric !== undefined) metric.stat = "Average";
      },
      "alarm-statistic",
      "takes the Average of HTTPCode_Target_5XX_Count, which is always 1.",
    ],
    ["that is not attached", (world) => delete part(world, "aws_codedeploy_deployment_group", "notes")["alarm_configuration"], "alarms-not-attached", "nothing would stop a version that answers with errors."],
    ["that is not there", (world) => Object.assign(part(world, "aws_codedeploy_deployment_group", "notes"), { alarm_configuration: { enabled: true, alarms: ["gone"] } }), "alarm-missing", "The alarm gone of the deployment group is not there"],
  ])("%s", async (_what, change, check, what) => {
    const findings = await lookAt({ notReady: true, change });
    expect(stops(findings)).toContain(check);
    expect(findings.filter((finding) => finding.check === check).map((finding) => finding.what).join(" ")).toContain(what);
  });

  it("that is in ALARM now", async () => {
    const findings = await lookAt({}, async ({ clients }) => {
      await (await clients.cloudwatch()).send(new SetAlarmStateCommand({ AlarmName: "notes-5xx-alarm", StateValue: "ALARM", StateReason: "a test" }));
    });
    expect(stops(findings)).toEqual(["alarm-in-alarm"]);
  });

  it("that has no data yet, as a warning", async () => {
    const findings = await lookAt({}, async ({ clients }) => {
      await (await clients.cloudwatch()).send(new SetAlarmStateCommand({ AlarmName: "notes-5xx-alarm", StateValue: "INSUFFICIENT_DATA", StateReason: "a test" }));
    });
    expect(stops(findings)).toEqual([]);
    expect(warnings(findings)).toContain("alarm-without-data");
  });

  it.each([
    [1, ["alarm-elb-5xx"]],
    [5, []],
  ])("that counts the load balancer's own errors, as a warning, unless it takes more than a few of them: %i", async (threshold, warned) => {
    const change = (world: WorldJson): void => void Object.assign(part(world, "aws_codedeploy_deployment_group", "notes"), { alarm_configuration: { enabled: true, alarms: ["notes-5xx-alarm", "elb"] } });
    const findings = await lookAt({ change }, async (world) => {
      const { listeners } = await haveOf(world, { tag: "none" });
      const balancer = listeners[0]?.loadBalancerArn.split(":loadbalancer/")[1];
      await (await world.clients.cloudwatch()).send(
        new PutMetricAlarmCommand({ AlarmName: "elb", Namespace: "AWS/ApplicationELB", MetricName: "HTTPCode_ELB_5XX_Count", Statistic: "Sum", Period: 60, EvaluationPeriods: 1, Threshold: threshold, ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching", Dimensions: [{ Name: "LoadBalancer", Value: balancer }] }),
      );
    });
    expect(stops(findings)).toEqual([]);
    expect(warnings(findings).filter((check) => check !== "alarm-without-data")).toEqual(warned);
  });
});

describe("preflight names", () => {
  const groupOf = (world: WorldJson): Record<string, unknown> => part(world, "aws_codedeploy_deployment_group", "notes");
  const waits = (world: WorldJson): Record<string, Record<string, unknown>> => groupOf(world)["blue_green_deployment_config"] as never;
  it.each<[string, (world: WorldJson) => unknown, WorldOptions["settings"], string, "no" | "warning"]>([
    ["a group that does not roll back on alarms", (world) => Object.assign(groupOf(world), { auto_rollback_configuration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"] } }), {}, "auto-rollback", "no"],
    ["a group that does not roll back on request", (world) => Object.assign(groupOf(world), { auto_rollback_configuration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] } }), {}, "auto-rollback-on-request", "warning"],
    ["old tasks that end at once", (world) => Object.assign(waits(world)["terminate_blue_instances_on_deployment_success"] ?? {}, { termination_wait_time_in_minutes: 0 }), {}, "termination-wait", "warning"],
    ["an approval that nobody waits for", () => undefined, { approve: true }, "approve-without-wait", "no"],
    ["a wait that nobody wants", (world) => Object.assign(waits(world)["deployment_ready_option"] ?? {}, { action_on_timeout: "STOP_DEPLOYMENT", wait_time_in_minutes: 60 }), {}, "wait-without-approve", "warning"],
    ["a health check that cannot fail", (world) => Object.assign(part(world, "aws_lb_target_group", "green")["health_check"] as object, { matcher: "200-499" }), {}, "health-check-cannot-fail", "no"],
    ["a health check of /", (world) => Object.assign(part(world, "aws_lb_target_group", "green")["health_check"] as object, { path: "/" }), {}, "health-check-path", "warning"],
    ["tags that can be moved", (world) => Object.assign(part(world, "aws_ecr_repository", "proxy"), { image_tag_mutability: "MUTABLE" }), {}, "tags-can-be-moved", "warning"],
    ["a secret that is not there", () => undefined, { secrets: { OTHER: "other" } }, "secret-missing", "no"],
    ["a group that is not there", () => undefined, { deploymentGroup: "other" }, "group-missing", "no"],
    ["an application that is not there", () => undefined, { application: "other" }, "application-missing", "no"],
    ["a service that is not there", () => undefined, { service: "other" }, "service-missing", "no"],
    ["a container that the template does not have", () => undefined, { container: "web" }, "container", "no"],
    ["a port that the container does not have", () => undefined, { port: 9999 }, "container-port", "no"],
    ["roles that do not run yet", () => undefined, { taskRole: "other" }, "role-unknown", "warning"],
  ])("%s", async (_what, change, settings, check, level) => {
    const findings = await lookAt({ notReady: true, change: (world) => void change(world), ...(settings === undefined ? {} : { settings }) });
    expect(findings.filter((finding) => finding.check === check).map((finding) => finding.level)).toContain(level);
  });

  it("an image that was not pushed, and one of another digest", async () => {
    const started = await startWorld({ notReady: true });
    const want = aWant(started);
    const other = { ...want, images: { ...want.images, backend: `h/notes-backend@sha256:${"0".repeat(64)}` } };
    expect(stops(preflight(other, await haveOf(started, want)))).toEqual(["image-differs"]);
    expect(stops(preflight(want, await haveOf(started, { tag: "ccccccc" })))).toEqual(["image-missing", "image-missing"]);
  });

  it("another region than that of the service", async () => {
    const started = await startWorld({ notReady: true });
    const clients = awsClients({ region: "us-east-1", endpoint: started.rehearsal.url }, "test");
    const have = await observe(clients, { names: started.names, clock: started.clock });
    expect(stops(preflight({ ...aWant(started), settings: { ...started.settings, region: "us-east-1" } }, have))).toContain("wrong-region");
  });

  it("the action that was refused, beside everything else that is wrong", async () => {
    const started = await startWorld({
      notReady: true,
      settings: { approve: true },
      change: ({ data }) => {
        for (const statement of (data["aws_iam_policy_document"]?.["deployer"]?.["statement"] ?? []) as { actions: string[] }[]) statement.actions = statement.actions.map((one) => (one === "cloudwatch:DescribeAlarms" ? "sts:GetCallerIdentity" : one));
      },
    });
    const want = aWant(started);
    const findings = preflight(want, await haveOf(started, want, await started.clientsAs("notes-deployer")));
    expect(stops(findings)).toEqual(["approve-without-wait", "unread-alarms"]);
    expect(findings.at(-1)?.what).toBe("alarms could not be read: arn:aws:sts::123456789012:assumed-role/notes-deployer/release-test may not do cloudwatch:DescribeAlarms.");
  });
});

describe("what is not ready", () => {
  const finding = (check: string, level: "no" | "warning"): PreflightFinding => ({ check, level, what: `${check}.`, next: `mend ${check}.` });

  it("is refused all at once", () => {
    const refused = (): void => {
      refuseUnready([finding("one", "no"), finding("two", "warning"), finding("three", "no")]);
    };
    expect(refused).toThrow(ReleaseError);
    expect(refused).toThrow(/Nothing was changed\.\n {2}one\. mend one\.\n {2}three\. mend three\.\s+Mend these and run again/);
  });

  it("is let through when it is a warning only", () => {
    refuseUnready([finding("two", "warning")]);
  });
});
