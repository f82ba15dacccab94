import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Have, HaveAlarm, HaveGroup, HaveImageScan, HaveService, HaveTargetGroup } from "../../../src/release/have.ts";
import { watches } from "../../../src/release/preflight/alarm-coverage.ts";
import { preflight } from "../../../src/release/preflight/preflight.ts";
import type { Want } from "../../../src/release/want.ts";
import { aWant, haveOf } from "../support/a-want.ts";
import { startWorld } from "../support/start-world.ts";

/** As it was read of the Notes world; each fact changes one thing of it. */
let have: Have & { readonly service: HaveService; readonly group: HaveGroup };
let want: Want;
const ends: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  const world = await startWorld({ onEnd: (end) => ends.push(end) });
  want = aWant(world);
  const { service, group, ...rest } = await haveOf(world, want);
  if (service === undefined || group === undefined) throw new Error("the world is not whole");
  have = { ...rest, service, group };
});

afterAll(async () => {
  for (const end of ends) await end();
});

const running: Have["running"] = { id: "d-1", status: "InProgress", creator: "user", configName: "", description: "", createdAtMs: 0, endedAtMs: undefined, error: undefined, rolledBackBy: undefined, rollsBack: undefined, taskDefinitionArn: undefined };
const production = (weights: readonly number[]): Have["listeners"] => have.listeners.map((listener) => (listener.role === "test" ? listener : { ...listener, forwards: have.targetGroups.flatMap(({ arn }, index) => (weights[index] === undefined ? [] : [{ targetGroupArn: arn, weight: weights[index] }])) }));
const scanned = (scan: HaveImageScan): { have: Partial<Have> } => ({ have: { images: Object.fromEntries(Object.entries(have.images).map(([service, image]) => [service, { ...image, scan }])) } });
const withDatabase = (): Want => ({ ...want, taskDefinition: { ...want.taskDefinition, containerDefinitions: [...(want.taskDefinition["containerDefinitions"] as never[]), { name: "database" }] } });

it.each<[string, string, "no" | "ok" | "warning", () => { have?: Partial<Have>; want?: Want }]>([
  ["a service that ECS deploys by itself", "controller", "no", () => ({ have: { service: { ...have.service, controller: "ECS" } } })],
  ["a service that is being deleted", "service-not-active", "no", () => ({ have: { service: { ...have.service, status: "DRAINING" } } })],
  ["a service that wants no task", "capacity", "no", () => ({ have: { service: { ...have.service, desiredCount: 0 } } })],
  ["a service in another account", "wrong-account", "no", () => ({ have: { account: "999999999999" } })],
  ["tasks that are down", "current-version", "warning", () => ({ have: { service: { ...have.service, taskSets: have.service.taskSets.map((taskSet) => ({ ...taskSet, running: 0 })) } } })],
  ["a service without a task set", "no-current-version", "no", () => ({ have: { service: { ...have.service, taskSets: [] } } })],
  ["a database in each of two tasks", "sidecar-database", "no", () => ({ have: { service: { ...have.service, desiredCount: 2 } }, want: withDatabase() })],
  ["an application for servers", "application-platform", "no", () => ({ have: { application: { name: "notes", computePlatform: "Server" } } })],
  ["a group of another service", "group-other-service", "no", () => ({ have: { group: { ...have.group, serviceName: "other" } } })],
  ["a group that deploys in place", "group-not-blue-green", "no", () => ({ have: { group: { ...have.group, blueGreen: false } } })],
  ["a group without rollback", "auto-rollback", "no", () => ({ have: { group: { ...have.group, autoRollback: [] } } })],
  ["alarms that are switched off", "alarms-not-attached", "no", () => ({ have: { group: { ...have.group, alarmsEnabled: false } } })],
  ["alarms that nobody can read", "alarm-poll-failure", "warning", () => ({ have: { group: { ...have.group, ignorePollAlarmFailure: true } } })],
  ["a target group too few", "target-groups", "no", () => ({ have: { group: { ...have.group, targetGroupNames: ["notes-blue"] } } })],
  ["a target group that is gone", "target-group-missing", "no", () => ({ have: { targetGroups: have.targetGroups.slice(0, 1) } })],
  ["a production listener that is gone", "listener-missing", "no", () => ({ have: { listeners: have.listeners.filter(({ role }) => role === "test") } })],
  ["a test listener that is gone", "listener-missing", "no", () => ({ have: { listeners: have.listeners.filter(({ role }) => role === "production") } })],
  ["a group without a test listener", "no-test-listener", "warning", () => ({ have: { group: { ...have.group, testListenerArns: [] } } })],
  ["traffic that is split", "traffic-is-split", "no", () => ({ have: { listeners: production([70, 30]) } })],
  ["traffic that goes nowhere", "listener-no-traffic", "no", () => ({ have: { listeners: production([0, 0]) } })],
  ["traffic that goes where nothing runs", "primary-not-behind-listener", "no", () => ({ have: { listeners: production([0, 100]) } })],
  ["traffic that goes to another target group", "listener-other-target-group", "no", () => ({ have: { listeners: have.listeners.map((listener) => ({ ...listener, forwards: [{ targetGroupArn: "arn:other", weight: 1 }] })) } })],
  ["targets that are servers", "target-type", "no", () => ({ have: { targetGroups: have.targetGroups.map((group) => ({ ...group, targetType: "instance" })) } })],
  ["a target group's other port", "target-group-port", "warning", () => ({ have: { targetGroups: have.targetGroups.map((group) => ({ ...group, port: 80 })) } })],
  ["a deployment that runs", "active-deployment", "warning", () => ({ have: { running } })],
  ["traffic that a running deployment has split", "traffic-is-shifting", "ok", () => ({ have: { running, listeners: production([70, 30]) } })],
  ["an image without a digest", "image-by-digest", "no", () => ({ want: { ...want, images: { proxy: "host/notes-proxy:aaaaaaa" } } })],
  ["what ECR has found in an image", "image-scanned", "ok", () => scanned({ status: "COMPLETE", counts: { HIGH: 2 } })],
  ["critical findings of ECR", "image-scan-critical", "warning", () => scanned({ status: "ACTIVE", counts: { CRITICAL: 1 } })],
  ["a scan of ECR that runs", "image-scan-runs", "ok", () => scanned({ status: "IN_PROGRESS", counts: {} })],
  ["a scan of ECR that has failed", "image-scan-failed", "warning", () => scanned({ status: "UNSUPPORTED_IMAGE", counts: {} })],
  ["findings of ECR that could not be read", "unread-scans.proxy", "warning", () => ({ have: { unread: [{ part: "scans.proxy", action: "ecr:DescribeImageScanFindings", why: "no." }] } })],
  ["a definition without an execution role", "role-missing", "no", () => ({ want: { ...want, taskDefinition: { ...want.taskDefinition, executionRoleArn: null } } })],
  ["a role of another account", "role-other-account", "no", () => ({ want: { ...want, taskDefinition: { ...want.taskDefinition, taskRoleArn: "arn:aws:iam::999999999999:role/x" } } })],
  ["what could not be read", "unread-listeners", "no", () => ({ have: { unread: [{ part: "listeners", why: "it failed." }] } })],
  ["a nicety that could not be read", "unread-targets", "warning", () => ({ have: { unread: [{ part: "targets", action: "elasticloadbalancing:DescribeTargetHealth", why: "no." }] } })],
])("preflight names %s", (_what, check, level, changed) => {
  const { have: more = {}, want: other = want } = changed();
  expect(preflight(want, have).filter((finding) => finding.check === check && finding.level === level)).toEqual([]);
  expect(preflight(other, { ...have, ...more }).filter((finding) => finding.check === check).map((finding) => finding.level)).toEqual(expect.arrayContaining([level]));
});

it("says that a smoke test has no time where old tasks end at once, unless there is none", () => {
  const at = (checks: Want["settings"]["analysis"]["smoke"]["checks"]): string | undefined => {
    const analysis = { ...want.settings.analysis, smoke: { ...want.settings.analysis.smoke, checks } };
    return preflight({ ...want, settings: { ...want.settings, analysis } }, { ...have, group: { ...have.group, terminationWaitMinutes: 0 } }).find(({ check }) => check === "termination-wait")?.what;
  };
  expect(at([{ path: "/" }])).toContain("there is no time for the smoke test");
  expect(at([])).not.toContain("smoke");
});

it("says what ECR has found, graver things first", () => {
  const { have: more } = scanned({ status: "COMPLETE", counts: { LOW: 4, CRITICAL: 1, HIGH: 2 } });
  expect(preflight(want, { ...have, ...more }).find(({ check }) => check === "image-scan-critical")?.what).toMatch(/^ECR's own scan of notes-[a-z]+:\S+ has found 1 critical, 2 high, 4 low\.$/);
  expect(preflight(want, have).find(({ check }) => check === "image-not-scanned")?.what).toMatch(/^ECR has no scan of notes-[a-z]+:\S+, although its repository scans on push\.$/);
});

it("judges nothing by a part that was not read", () => {
  const findings = preflight(want, { ...have, alarms: [], unread: [{ part: "alarms", action: "cloudwatch:DescribeAlarms", why: "no." }] });
  expect(findings.map(({ check }) => check).filter((check) => check.includes("alarm"))).toEqual(["unread-alarms"]);
});

it("takes in what others have found", () => {
  const given = { check: "fargate-size", level: "no" as const, what: "It is too small.", next: "Make it larger." };
  expect(preflight(want, have, [given])).toContainEqual(given);
});

describe("an alarm watches a target group", () => {
  const group = (name: string): HaveTargetGroup => ({ ...(have.targetGroups[0] ?? expect.fail("there is none")), name, arnSuffix: `targetgroup/${name}/1` });
  const metric = (name: string, targetGroup?: string) => ({ id: targetGroup, namespace: "AWS/ApplicationELB", name, stat: "Sum", dimensions: { LoadBalancer: "app/lb/1", ...(targetGroup === undefined ? {} : { TargetGroup: `targetgroup/${targetGroup}/1` }) } });
  const alarm = (name: string, metrics: HaveAlarm["metrics"], rule?: string): HaveAlarm => ({ ...(have.alarms[0] ?? expect.fail("there is none")), name, metrics, expressions: { sum: metrics.map(({ id = "" }) => `FILL(${id}, 0)`).join(" + ") }, returned: metrics.length > 1 ? "sum" : metrics[0]?.id, composite: rule !== undefined, rule });
  const errors = "HTTPCode_Target_5XX_Count";

  it.each<[string, HaveAlarm["metrics"], readonly string[]]>([
    ["by its own errors", [metric(errors, "blue")], ["blue"]],
    ["in one expression with the other", [metric(errors, "blue"), metric(errors, "green")], ["blue", "green"]],
    ["with all of its load balancer", [metric(errors)], ["blue", "green"]],
    ["not by the balancer's own errors", [metric("HTTPCode_ELB_5XX_Count")], []],
    ["not by its number of requests", [metric("RequestCount", "blue"), metric("RequestCount", "green")], []],
  ])("%s", (_what, metrics, watched) => {
    expect(["blue", "green"].filter((name) => watches(alarm("a", metrics), group(name), []))).toEqual(watched);
  });

  it.each<[string, readonly string[]]>([
    ['SUM(METRICS("green"))', ["green"]],
    ["MAX(FILL(METRICS(), 0)) * 2 ^ 1 - -1", ["blue", "green"]],
    ["green", ["green"]],
    ["blue + green", []],
    ["FILL(blue, 0) / 0", []],
    ["FILL(blue, 0) + own", []],
    ["SEARCH('{AWS/ApplicationELB}', 'Sum')", []],
    ["FILL(blue, 0", []],
    ["FILL(blue, 0) ?", []],
    ["", []],
  ])("by the expression %s", (expression, watched) => {
    const both = { ...alarm("a", [metric(errors, "blue"), metric(errors, "green")]), expressions: { own: expression }, returned: "own" };
    expect(["blue", "green"].filter((name) => watches(both, group(name), []))).toEqual(watched);
  });

  it.each<[string, readonly string[]]>([
    ["ALARM(blue) OR ALARM(green)", ["blue", "green"]],
    ["ALARM(blue) AND ALARM(green)", []],
    ['ALARM("blue") AND NOT ALARM(green)', ["blue"]],
    ["NOT OK(green)", ["green"]],
    ["TRUE", []],
    ["ALARM(blue", []],
  ])("by the rule %s of a composite alarm", (rule, watched) => {
    const children = ["blue", "green"].map((name) => alarm(name, [metric(errors, name)]));
    expect(["blue", "green"].filter((name) => watches(alarm("c", [], rule), group(name), children))).toEqual(watched);
  });
});
