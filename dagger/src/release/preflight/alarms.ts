import type { PreflightFinding } from "../../report/release-schema.ts";
import type { Have, HaveAlarm } from "../have.ts";
import { isBalancers } from "./alarm-coverage.ts";
import { limits } from "./alarm-limits.ts";
import { deadMetrics, wrongStatistics } from "./alarm-metrics.ts";
import { isBad } from "./alarm-scenes.ts";
import { watching } from "./alarm-watching.ts";
import { no, ok, warning, type Check } from "./check.ts";

/** Nothing but alarms stops a version that starts, is healthy, and answers users with errors. */
export const alarms: Check = {
  needs: ["group", "alarms"],
  look: (_want, have) => {
    const { group } = have;
    if (group === undefined) return [];
    if (!group.alarmsEnabled || group.alarmNames.length === 0) {
      return [no("alarms-not-attached", group.alarmNames.length === 0 ? "The deployment group has no alarms: nothing would stop a version that answers with errors." : `The deployment group's alarms (${group.alarmNames.join(", ")}) are switched off: nothing would stop a version that answers with errors.`, "Attach an alarm on the errors of both target groups, and enable the group's alarm configuration.")];
    }
    const attached = group.alarmNames.flatMap((name) => have.alarms.find((alarm) => alarm.name === name) ?? []);
    return [...missing(have), ...watching(attached, have), ...limits(attached, have), ...have.alarms.flatMap((alarm) => [...stateOf(alarm, attached.includes(alarm)), ...missingData(alarm), ...deadMetrics(alarm, have), ...wrongStatistics(alarm)]), ...composite(attached), ...unwatched(have), ...unreadable(have)];
  },
};

function missing({ group, alarms: found }: Have): readonly PreflightFinding[] {
  const absent = group?.alarmNames.filter((name) => !found.some((alarm) => alarm.name === name)) ?? [];
  return absent.map((name) => no("alarm-missing", `The alarm ${name} of the deployment group is not there: CodeDeploy stops a deployment whose alarms it cannot read.`, "Create it, or take it off the deployment group."));
}

function stateOf({ name, state, stateReason }: HaveAlarm, isAttached: boolean): readonly PreflightFinding[] {
  if (state === "ALARM" && isAttached) return [no("alarm-in-alarm", `The alarm ${name} is in ALARM now: CodeDeploy would stop the deployment at once. ${stateReason}`.trim(), "Mend what it is about, or wait until it is OK; `rollback` goes back without it.")];
  if (state === "INSUFFICIENT_DATA") return [warning("alarm-without-data", `The alarm ${name} has no data yet.`, "This is normal before the first release, and without traffic; otherwise look at its metric.")];
  return state === "OK" ? [ok("alarm-state", `The alarm ${name} is OK.`)] : [];
}

/** A load balancer publishes errors only when there are some, and nothing of a target group without requests. */
function missingData({ name, metrics, composite: isComposite, treatMissingData: treated }: HaveAlarm): readonly PreflightFinding[] {
  const isSparse = metrics.some(({ namespace }) => isBalancers(namespace));
  if (isComposite) return [];
  if (treated === "breaching") {
    const what = `The alarm ${name} takes missing data for bad`;
    const next = "Set how it treats missing data to notBreaching.";
    return [isSparse ? no("alarm-missing-data", `${what}: a load balancer has no data without requests or errors, so it fires before the new version has any.`, next) : warning("alarm-missing-data", `${what}: it fires wherever nothing is measured.`, next)];
  }
  if (!isSparse || treated === "notBreaching") return [];
  if (treated === "ignore") return [no("alarm-missing-data", `The alarm ${name} keeps its state while data is missing: once it has fired it stays in ALARM without further errors, and stops every later release.`, "Set how it treats missing data to notBreaching.")];
  return [warning("alarm-missing-data", `The alarm ${name} has INSUFFICIENT_DATA whenever there are no errors, because a load balancer publishes none then.`, "Set how it treats missing data to notBreaching.")];
}

function composite(attached: readonly HaveAlarm[]): readonly PreflightFinding[] {
  return attached.filter((alarm) => alarm.composite).map(({ name }) => warning("alarm-composite", `${name} is a composite alarm, and AWS does not say whether CodeDeploy heeds those.`, "Attach the metric alarms that it asks about as well."));
}

/** Requests in one of an alarm's periods that somebody may make by hand. */
const strays = 5;

/** Of an expression it is not known. */
const firesByStrays = (alarm: HaveAlarm): boolean => alarm.metrics.length !== 1 || Object.keys(alarm.expressions).length > 0 || alarm.threshold === undefined || isBad(alarm, strays);

/** A version that refuses connections gives users the balancer's own 502, which no target counts. */
function unwatched({ alarms: found }: Have): readonly PreflightFinding[] {
  const all = found.flatMap(({ name: alarm, metrics }) => metrics.map((metric) => ({ alarm, ...metric })));
  const own = [...new Set(all.filter(({ name }) => /^HTTPCode_ELB_5/.test(name)).map(({ alarm }) => alarm))];
  if (own.length > 0) return own.filter((name) => found.some((alarm) => alarm.name === name && firesByStrays(alarm))).map((alarm) => warning("alarm-elb-5xx", `The alarm ${alarm} counts the load balancer's own errors, and a single request to the test listener before the new version is there is one.`, "Leave the test listener alone until AfterAllowTestTraffic, or give the alarm a threshold above 5 of them in a period."));
  if (found.length === 0 || all.some(({ name }) => ["TargetConnectionErrorCount", "UnHealthyHostCount", "HealthyHostCount"].includes(name))) return [];
  return [warning("alarm-refused-connections", "No alarm sees a version that refuses connections: users get the load balancer's own 502 then, which is no error of a target.", "Add an alarm on TargetConnectionErrorCount of both target groups, or count HTTPCode_ELB_5XX_Count in.")];
}

function unreadable({ group }: Have): readonly PreflightFinding[] {
  return group?.ignorePollAlarmFailure === true ? [warning("alarm-poll-failure", "The deployment group goes on when the state of its alarms cannot be read: a deployment is unwatched then, and nobody is told.", "Set ignorePollAlarmFailure to false.")] : [];
}
