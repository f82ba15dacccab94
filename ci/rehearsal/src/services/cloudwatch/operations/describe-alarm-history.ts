import { DescribeAlarmHistory$, type DescribeAlarmHistoryInput, type DescribeAlarmHistoryOutput } from "@aws-sdk/client-cloudwatch";
import { operation } from "../../service.ts";
import { page } from "../page.ts";
import { alarmsSlice } from "../state.ts";

/** Newest first, unless ScanBy says otherwise. */
export const describeAlarmHistory = operation<DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput>({
  schema: DescribeAlarmHistory$,
  access: ({ AlarmName }, { world }) => [{ action: "cloudwatch:DescribeAlarmHistory", resource: world.arn("cloudwatch", `alarm:${AlarmName ?? "*"}`) }],
  run({ AlarmName, AlarmTypes = [], HistoryItemType, StartDate, EndDate, ScanBy, NextToken, MaxRecords }, { parts }) {
    const types: readonly string[] = AlarmTypes.length > 0 ? AlarmTypes : ["MetricAlarm"];
    const found = parts.world
      .slice(alarmsSlice)
      .history.filter(({ alarm, alarmType, type, atMs }) => (AlarmName ?? alarm) === alarm && types.includes(alarmType) && (HistoryItemType ?? type) === type && atMs >= (StartDate?.getTime() ?? 0) && atMs <= (EndDate?.getTime() ?? Infinity));
    const { items, next } = page(ScanBy === "TimestampAscending" ? found : found.toReversed(), NextToken, MaxRecords ?? 100);
    return {
      AlarmHistoryItems: items.map(({ alarm, alarmType, atMs, type, summary, data }) => ({ AlarmName: alarm, AlarmType: alarmType, Timestamp: new Date(atMs), HistoryItemType: type, HistorySummary: summary, HistoryData: data })),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  },
});
