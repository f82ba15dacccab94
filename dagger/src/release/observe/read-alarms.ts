import { z } from "zod";
import type { AwsClients } from "../aws/clients.ts";
import { childrenOf, parseCompositeRule } from "../composite-rule.ts";
import type { HaveAlarm } from "../have.ts";
import type { Reader } from "./reader.ts";

const dimensions = z.array(z.object({ Name: z.string(), Value: z.string() })).default([]);
const metric = z.object({ Namespace: z.string().default(""), MetricName: z.string().default(""), Dimensions: dimensions });
const state = { AlarmName: z.string(), StateValue: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]).default("INSUFFICIENT_DATA"), StateReason: z.string().default("") };
const queries = z.array(z.object({ Id: z.string(), Expression: z.string().optional(), ReturnData: z.boolean().optional(), MetricStat: z.object({ Metric: metric, Period: z.number().default(60), Stat: z.string().default("") }).optional() })).default([]);
const metricAlarm = z.object({
  ...state,
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: dimensions,
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
  Period: z.number().optional(),
  EvaluationPeriods: z.number().default(1),
  DatapointsToAlarm: z.number().optional(),
  Threshold: z.number().optional(),
  ComparisonOperator: z.string().default(""),
  TreatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]).default("missing"),
  Metrics: queries,
});
const alarmsSchema = z.object({ MetricAlarms: z.array(metricAlarm).default([]), CompositeAlarms: z.array(z.object({ ...state, AlarmRule: z.string().default("") })).default([]) });

/** How deep composite alarms of composite alarms are followed. */
const deepest = 4;

/** The alarms of those names that there are, composite ones too, and every alarm that those ask about. */
export async function readAlarms(clients: AwsClients, names: readonly string[], reader: Reader): Promise<readonly HaveAlarm[]> {
  const found: HaveAlarm[] = [];
  let wanted = [...new Set(names)];
  for (let depth = 0; wanted.length > 0 && depth < deepest; depth += 1) {
    const ask = wanted;
    const alarms = await reader.read({ part: "alarms", action: "cloudwatch:DescribeAlarms" }, async () => describe(clients, ask, reader), []);
    found.push(...alarms);
    const children = alarms.flatMap(({ rule }) => childrenOf(parseCompositeRule(rule ?? "") ?? { kind: "constant", value: false }));
    wanted = [...new Set(children)].filter((child) => !found.some(({ name }) => name === child));
  }
  return found;
}

/** Without AlarmTypes, CloudWatch leaves composite alarms out without a word. */
async function describe(clients: AwsClients, names: readonly string[], reader: Reader): Promise<readonly HaveAlarm[]> {
  const [cloudwatch, { DescribeAlarmsCommand }] = await Promise.all([clients.cloudwatch(), import("@aws-sdk/client-cloudwatch")]);
  const answer = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ["MetricAlarm", "CompositeAlarm"], MaxRecords: 100 }), reader.options);
  const { MetricAlarms, CompositeAlarms } = alarmsSchema.parse(answer);
  return [...MetricAlarms.map(metricAlarmOf), ...CompositeAlarms.map(compositeAlarmOf)];
}

function metricAlarmOf(alarm: z.infer<typeof metricAlarm>): HaveAlarm {
  const own = { Namespace: alarm.Namespace ?? "", MetricName: alarm.MetricName ?? "", Dimensions: alarm.Dimensions };
  const stats = alarm.Metrics.flatMap(({ Id, MetricStat }) => (MetricStat === undefined ? [] : [{ Id, ...MetricStat }]));
  const shown = alarm.MetricName === undefined ? stats.map(({ Id, Metric, Stat }) => ({ ...Metric, Id, Stat })) : [{ ...own, Id: undefined, Stat: alarm.Statistic ?? alarm.ExtendedStatistic ?? "" }];
  return {
    name: alarm.AlarmName,
    state: alarm.StateValue,
    stateReason: alarm.StateReason,
    composite: false,
    rule: undefined,
    treatMissingData: alarm.TreatMissingData,
    periodSeconds: alarm.Period ?? stats[0]?.Period ?? 60,
    evaluationPeriods: alarm.EvaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
    metrics: shown.map(({ Id, Namespace, MetricName, Dimensions, Stat }) => ({ id: Id, namespace: Namespace, name: MetricName, dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])), stat: Stat })),
    expressions: Object.fromEntries(alarm.Metrics.flatMap(({ Id, Expression }) => (Expression === undefined ? [] : [[Id, Expression]]))),
    returned: alarm.MetricName === undefined ? returnedOf(alarm.Metrics) : undefined,
    comparison: alarm.ComparisonOperator,
    threshold: alarm.Threshold,
  };
}

/** ReturnData is true by default, and a lone query may leave it so. */
const returnedOf = (all: z.infer<typeof queries>): string | undefined => (all.find(({ ReturnData }) => ReturnData === true) ?? all.find(({ ReturnData }) => ReturnData !== false))?.Id;

const compositeAlarmOf = ({ AlarmName, StateValue, StateReason, AlarmRule }: z.infer<typeof alarmsSchema>["CompositeAlarms"][number]): HaveAlarm => ({
  name: AlarmName,
  state: StateValue,
  stateReason: StateReason,
  composite: true,
  rule: AlarmRule,
  treatMissingData: "missing",
  periodSeconds: 0,
  evaluationPeriods: 0,
  datapointsToAlarm: 0,
  metrics: [],
  expressions: {},
  returned: undefined,
  comparison: "",
  threshold: undefined,
});
