import { z } from "zod";
import type { AwsClients } from "../aws/clients.ts";
import type { HaveGroup, HaveListener, HaveTargetGroup } from "../have.ts";
import type { Reader } from "./reader.ts";

const weighted = z.object({ TargetGroupArn: z.string(), Weight: z.number().default(1) });
const actionSchema = z.object({ Type: z.string(), TargetGroupArn: z.string().optional(), ForwardConfig: z.object({ TargetGroups: z.array(weighted).default([]) }).optional() });
const listenersSchema = z.object({
  Listeners: z.array(z.object({ ListenerArn: z.string(), LoadBalancerArn: z.string(), Port: z.number().default(0), Protocol: z.string().default(""), DefaultActions: z.array(actionSchema).default([]) })).default([]),
});

/** Those of the deployment group, of both roles. */
export async function readListeners(clients: AwsClients, group: Pick<HaveGroup, "productionListenerArns" | "testListenerArns">, reader: Reader): Promise<readonly HaveListener[]> {
  const arns = [...group.productionListenerArns, ...group.testListenerArns];
  if (arns.length === 0) return [];
  return reader.read(
    { part: "listeners", action: "elasticloadbalancing:DescribeListeners", absentWhen: ["ListenerNotFoundException", "ListenerNotFound"] },
    async () => {
      const [elb, { DescribeListenersCommand }] = await Promise.all([clients.elb(), import("@aws-sdk/client-elastic-load-balancing-v2")]);
      const { Listeners } = listenersSchema.parse(await elb.send(new DescribeListenersCommand({ ListenerArns: arns }), reader.options));
      return Listeners.map((listener): HaveListener => ({
        arn: listener.ListenerArn,
        role: group.productionListenerArns.includes(listener.ListenerArn) ? "production" : "test",
        loadBalancerArn: listener.LoadBalancerArn,
        port: listener.Port,
        protocol: listener.Protocol,
        forwards: listener.DefaultActions.flatMap(forwardsOf),
      }));
    },
    [],
  );
}

/** One target group may stand alone, without a weight. */
function forwardsOf({ Type, TargetGroupArn, ForwardConfig }: z.infer<typeof actionSchema>): HaveListener["forwards"] {
  if (Type !== "forward") return [];
  const groups = ForwardConfig?.TargetGroups ?? [];
  if (groups.length > 0) return groups.map((group) => ({ targetGroupArn: group.TargetGroupArn, weight: group.Weight }));
  return TargetGroupArn === undefined ? [] : [{ targetGroupArn: TargetGroupArn, weight: 1 }];
}

const targetGroupsSchema = z.object({
  TargetGroups: z
    .array(
      z.object({
        TargetGroupName: z.string(),
        TargetGroupArn: z.string(),
        Port: z.number().default(0),
        TargetType: z.string().default("instance"),
        HealthCheckPath: z.string().default(""),
        HealthCheckIntervalSeconds: z.number().default(30),
        HealthyThresholdCount: z.number().default(5),
        Matcher: z.object({ HttpCode: z.string().optional(), GrpcCode: z.string().optional() }).default({}),
      }),
    )
    .default([]),
});
const healthSchema = z.object({
  TargetHealthDescriptions: z.array(z.object({ Target: z.object({ Id: z.string(), Port: z.number().default(0) }), TargetHealth: z.object({ State: z.string().default("unknown"), Reason: z.string().optional() }).default({ State: "unknown" }) })).default([]),
});

/** Those of that name that there are: one that is not there hides none that is. */
export async function readTargetGroups(clients: AwsClients, names: readonly string[], reader: Reader): Promise<readonly HaveTargetGroup[]> {
  if (names.length === 0) return [];
  const ask = async (wanted: readonly string[], absentWhen: readonly string[]): Promise<readonly HaveTargetGroup[] | undefined> =>
    reader.read({ part: "targetGroups", action: "elasticloadbalancing:DescribeTargetGroups", absentWhen }, async () => describe(clients, wanted, reader), absentWhen.length === 0 ? [] : undefined);
  const notFound = ["TargetGroupNotFoundException", "TargetGroupNotFound"];
  const all = await ask(names, notFound);
  if (all !== undefined || reader.unread.some(({ part }) => part === "targetGroups")) return all ?? [];
  return (await Promise.all(names.map(async (name) => ask([name], notFound)))).flatMap((found) => found ?? []);
}

async function describe(clients: AwsClients, names: readonly string[], reader: Reader): Promise<readonly HaveTargetGroup[]> {
  const [elb, { DescribeTargetGroupsCommand }] = await Promise.all([clients.elb(), import("@aws-sdk/client-elastic-load-balancing-v2")]);
  const { TargetGroups } = targetGroupsSchema.parse(await elb.send(new DescribeTargetGroupsCommand({ Names: [...names] }), reader.options));
  return Promise.all(
    TargetGroups.map(async (group): Promise<HaveTargetGroup> => ({
      name: group.TargetGroupName,
      arn: group.TargetGroupArn,
      arnSuffix: group.TargetGroupArn.split(":").at(-1) ?? "",
      port: group.Port,
      targetType: group.TargetType,
      healthCheck: { path: group.HealthCheckPath, matcher: group.Matcher.HttpCode ?? group.Matcher.GrpcCode ?? "200", intervalSeconds: group.HealthCheckIntervalSeconds, healthyThreshold: group.HealthyThresholdCount },
      targets: await readTargets(clients, group.TargetGroupArn, reader),
    })),
  );
}

async function readTargets(clients: AwsClients, arn: string, reader: Reader): Promise<HaveTargetGroup["targets"]> {
  return reader.read(
    { part: "targets", action: "elasticloadbalancing:DescribeTargetHealth" },
    async () => {
      const [elb, { DescribeTargetHealthCommand }] = await Promise.all([clients.elb(), import("@aws-sdk/client-elastic-load-balancing-v2")]);
      const { TargetHealthDescriptions } = healthSchema.parse(await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }), reader.options));
      return TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({ id: Target.Id, port: Target.Port, state: TargetHealth.State, reason: TargetHealth.Reason }));
    },
    [],
  );
}
