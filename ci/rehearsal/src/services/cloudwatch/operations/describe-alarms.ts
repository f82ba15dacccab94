import { DescribeAlarms$, type DescribeAlarmsInput, type DescribeAlarmsOutput } from "@aws-sdk/client-cloudwatch";
import type { Parts } from "../../../parts.ts";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { findAlarm } from "../alarms.ts";
import { childrenOf, parseCompositeRule } from "../composite-rule.ts";
import { page } from "../page.ts";
import { shownCompositeAlarm, shownMetricAlarm } from "../shown-alarm.ts";
import { alarmsSlice, type AlarmRecord } from "../state.ts";

/** Composite alarms only when AlarmTypes asks for them: who omits it never sees one. */
export const describeAlarms = operation<DescribeAlarmsInput, DescribeAlarmsOutput>({
  schema: DescribeAlarms$,
  access: ({ AlarmNames = [], AlarmTypes = [] }, { world }) => {
    const resources = AlarmTypes.includes("CompositeAlarm") ? ["*"] : (AlarmNames.length > 0 ? AlarmNames : ["*"]).map((name) => world.arn("cloudwatch", `alarm:${name}`));
    return resources.map((resource) => ({ action: "cloudwatch:DescribeAlarms", resource }));
  },
  run(input, { parts }) {
    check(input);
    const wanted = parts.world.slice(alarmsSlice).alarms.filter((alarm) => isWanted(alarm, input, parts)).toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const { items, next } = page(wanted, input.NextToken, input.MaxRecords ?? (input.AlarmNames?.length ? 100 : 50));
    return {
      MetricAlarms: items.flatMap((alarm) => (alarm.kind === "metric" ? shownMetricAlarm(alarm) : [])),
      CompositeAlarms: items.flatMap((alarm) => (alarm.kind === "composite" ? shownCompositeAlarm(alarm) : [])),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  },
});

function check({ AlarmNames = [], AlarmNamePrefix, MaxRecords }: DescribeAlarmsInput): void {
  if (AlarmNames.length > 100) throw new AwsError("ValidationException", "1 validation error detected: Value at 'alarmNames' failed to satisfy constraint: Member must have length less than or equal to 100");
  if (AlarmNames.length > 0 && AlarmNamePrefix !== undefined) throw new AwsError("ValidationException", "AlarmNamePrefix and AlarmNames cannot be specified together");
  if (MaxRecords !== undefined && (MaxRecords < 1 || MaxRecords > 100)) throw new AwsError("ValidationException", `1 validation error detected: Value '${MaxRecords}' at 'maxRecords' failed to satisfy constraint: Member must have value between 1 and 100`);
}

function isWanted(alarm: AlarmRecord, { AlarmNames = [], AlarmNamePrefix = "", AlarmTypes = [], StateValue, ActionPrefix, ChildrenOfAlarmName, ParentsOfAlarmName }: DescribeAlarmsInput, parts: Parts): boolean {
  const types = AlarmTypes.length > 0 ? AlarmTypes : ChildrenOfAlarmName === undefined && ParentsOfAlarmName === undefined ? ["MetricAlarm"] : ["MetricAlarm", "CompositeAlarm"];
  const actions = [...alarm.alarmActions, ...alarm.okActions, ...alarm.insufficientDataActions];
  return (
    types.includes(alarm.kind === "metric" ? "MetricAlarm" : "CompositeAlarm") &&
    (AlarmNames.length === 0 || AlarmNames.includes(alarm.name)) &&
    alarm.name.startsWith(AlarmNamePrefix) &&
    (StateValue === undefined || alarm.state === StateValue) &&
    (ActionPrefix === undefined || actions.some((action) => action.startsWith(ActionPrefix))) &&
    (ChildrenOfAlarmName === undefined || childrenNames(findAlarm(parts, ChildrenOfAlarmName)).includes(alarm.name)) &&
    (ParentsOfAlarmName === undefined || childrenNames(alarm).includes(ParentsOfAlarmName))
  );
}

const childrenNames = (alarm: AlarmRecord | undefined): string[] => (alarm?.kind === "composite" ? childrenOf(parseCompositeRule(alarm.rule)) : []);
