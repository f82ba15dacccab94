import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { putDatum } from "../../../../ci/rehearsal/src/services/cloudwatch/metrics.ts";
import { dimensionOf, elbv2State } from "../../../../ci/rehearsal/src/services/elbv2/state.ts";
import { startWorld, type StartedWorld, type WorldJson } from "../support/start-world.ts";
import { synthesisedWorld } from "../support/synthesised-world.ts";

/** What a load balancer tells of one minute; of the group that is looked at, or of itself. */
interface Minute {
  readonly requests?: number;
  readonly errors?: number;
  readonly unhealthy?: number;
  readonly seconds?: number;
  readonly refused?: number;
  readonly own?: number;
}

const ends: (() => Promise<void> | void)[] = [];
let world: StartedWorld;
beforeAll(async () => {
  const synthesised = synthesisedWorld({});
  world = await startWorld({ change: (json: WorldJson) => void Object.assign(json, synthesised), onEnd: (end) => void ends.push(end) });
});
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

function tell(color: string, { requests = 0, errors = 0, unhealthy = 0, seconds = 0.1, refused = 0, own = 0 }: Minute): void {
  const { parts } = world.rehearsal;
  const { loadBalancers, targetGroups } = elbv2State(parts);
  const lb = dimensionOf(loadBalancers[0]?.arn ?? "");
  const group = dimensionOf(targetGroups.find(({ name }) => name === `notes-${color}`)?.arn ?? "");
  const put = (metricName: string, count: number, value = 1, ofGroup = true): void => {
    if (count > 0) putDatum(parts, { namespace: "AWS/ApplicationELB", metricName, dimensions: { LoadBalancer: lb, ...(ofGroup ? { TargetGroup: group } : {}) }, value, count });
  };
  put("RequestCount", requests);
  put("TargetResponseTime", requests, seconds);
  put("HTTPCode_Target_5XX_Count", errors);
  put("UnHealthyHostCount", unhealthy > 0 ? 1 : 0, unhealthy);
  put("TargetConnectionErrorCount", refused);
  put("HTTPCode_ELB_5XX_Count", own, 1, false);
}

/** Which alarms fire while these minutes pass, and in the five after them. */
async function firedBy(color: string, minutes: readonly Minute[]): Promise<readonly string[]> {
  const fired = new Set<string>();
  for (const minute of [...minutes, {}, {}, {}, {}, {}]) {
    tell(color, minute);
    await world.clock.advance(60_000);
    const { MetricAlarms = [] } = await (await world.clients.cloudwatch()).send(new DescribeAlarmsCommand({ StateValue: "ALARM" }));
    for (const { AlarmName } of MetricAlarms) fired.add((AlarmName ?? "").replace("notes-", "").replace(`-${color}`, "-of-it"));
  }
  await world.clock.advance(5 * 60_000);
  return [...fired].toSorted();
}

const times = (count: number, minute: Minute): readonly Minute[] => Array.from({ length: count }, () => minute);

// Blue has the bootstrap's task, whose health the load balancer tells too; green is empty.
describe.each(["blue", "green"])("what fires when a version behind %s", (color) => {
  it.each<[what: string, minutes: readonly Minute[], alarms: readonly string[]]>([
    ["answers with many errors", times(2, { requests: 1000, errors: 40 }), ["5xx-alarm-of-it"]],
    ["answers every tenth request with an error, where few ask", times(2, { requests: 20, errors: 2 }), ["5xx-share-alarm-of-it"]],
    ["answers nothing but errors", times(2, { requests: 100, errors: 100 }), ["5xx-alarm-of-it", "5xx-share-alarm-of-it"]],
    ["errs for one minute", times(1, { requests: 100, errors: 100 }), []],
    ["errs with hardly anybody asking", times(4, { requests: 9, errors: 9 }), []],
    ["errs ten times a minute among many", times(4, { requests: 1000, errors: 10 }), []],
    ["is not healthy", times(2, { unhealthy: 1 }), ["unhealthy-alarm-of-it"]],
    ["is slow", times(3, { requests: 50, seconds: 3 }), ["latency-alarm-of-it"]],
    ["is slow for two minutes", times(2, { requests: 50, seconds: 3 }), []],
    ["takes no connection", times(2, { refused: 11, own: 11 }), ["elb-5xx-alarm", "refused-alarm"]],
    ["is not there yet, when a few ask the test listener", times(4, { own: 5 }), []],
    ["is well", times(4, { requests: 1000 }), []],
  ])("%s", async (_what, minutes, alarms) => {
    expect(await firedBy(color, minutes)).toEqual(alarms);
  });
});
