import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { z } from "zod";
import type { SeenAlarm } from "../sight.ts";

const alarmSchema = z.object({ AlarmName: z.string(), StateValue: z.string(), StateReason: z.string().default("") }).transform((alarm): SeenAlarm => ({ name: alarm.AlarmName, state: alarm.StateValue, reason: alarm.StateReason }));

/** Those that the deployment group looks at. */
export async function readAlarmNames(client: CodeDeployClient, names: { readonly application: string; readonly deploymentGroup: string }, abortSignal: AbortSignal): Promise<string[]> {
  const { GetDeploymentGroupCommand } = await import("@aws-sdk/client-codedeploy");
  const { deploymentGroupInfo } = await client.send(new GetDeploymentGroupCommand({ applicationName: names.application, deploymentGroupName: names.deploymentGroup }), { abortSignal });
  return (deploymentGroupInfo?.alarmConfiguration?.alarms ?? []).flatMap(({ name }) => name ?? []);
}

/** Their states. Without being asked for them, CloudWatch tells of no composite alarms. */
export async function readSeenAlarms(client: CloudWatchClient, names: readonly string[], abortSignal: AbortSignal): Promise<SeenAlarm[]> {
  if (names.length === 0) return [];
  const { DescribeAlarmsCommand } = await import("@aws-sdk/client-cloudwatch");
  const { CompositeAlarms = [], MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }), { abortSignal });
  return z.array(alarmSchema).parse([...MetricAlarms, ...CompositeAlarms]);
}
