import { z } from "zod";
import type { Parts } from "../../parts.ts";
import type { Slice } from "../../world/world.ts";

const tags = z.record(z.string(), z.string());

const loadBalancer = z.object({
  arn: z.string(),
  name: z.string(),
  dnsName: z.string(),
  scheme: z.enum(["internet-facing", "internal"]),
  vpcId: z.string(),
  zones: z.array(z.object({ zone: z.string(), subnet: z.string() })),
  securityGroups: z.array(z.string()),
  createdMs: z.number(),
  attributes: z.record(z.string(), z.string()),
  tags,
});

const target = z.object({
  id: z.string(),
  port: z.number(),
  zone: z.string(),
  registeredMs: z.number(),
  state: z.enum(["initial", "healthy", "unhealthy", "draining", "unused"]),
  reason: z.string().optional(),
  description: z.string().optional(),
  /** Checks in a row with the same result. */
  successes: z.number(),
  failures: z.number(),
  /** When it is gone; only of one that drains. */
  goneMs: z.number().optional(),
});

const targetGroup = z.object({
  arn: z.string(),
  name: z.string(),
  protocol: z.enum(["HTTP", "HTTPS"]),
  port: z.number(),
  vpcId: z.string(),
  targetType: z.enum(["ip", "instance"]),
  healthCheck: z.object({
    enabled: z.boolean(),
    protocol: z.enum(["HTTP", "HTTPS"]),
    /** A number, or `traffic-port`. */
    port: z.string(),
    path: z.string(),
    intervalSeconds: z.number(),
    timeoutSeconds: z.number(),
    healthyThreshold: z.number(),
    unhealthyThreshold: z.number(),
    /** `200`, `200,202` or `200-299`. */
    httpCode: z.string(),
  }),
  attributes: z.record(z.string(), z.string()),
  targets: z.array(target),
  tags,
});

const action = z.discriminatedUnion("type", [
  z.object({ type: z.literal("forward"), groups: z.array(z.object({ targetGroupArn: z.string(), weight: z.number() })), stickiness: z.object({ enabled: z.boolean(), durationSeconds: z.number().optional() }) }),
  z.object({ type: z.literal("fixed-response"), status: z.string(), contentType: z.string(), body: z.string() }),
  z.object({ type: z.literal("redirect"), protocol: z.string(), host: z.string(), port: z.string(), path: z.string(), query: z.string(), status: z.enum(["HTTP_301", "HTTP_302"]) }),
]);

const listener = z.object({
  arn: z.string(),
  loadBalancerArn: z.string(),
  port: z.number(),
  protocol: z.enum(["HTTP", "HTTPS"]),
  certificates: z.array(z.string()),
  sslPolicy: z.string().optional(),
  action,
  /** Of its default rule, which is its action. */
  ruleArn: z.string(),
  /** Where it answers on this machine; kept, so that it is the same after a restart. */
  loopbackPort: z.number().optional(),
  tags,
});

/** All values of one condition are alternatives. */
const condition = z.discriminatedUnion("field", [
  z.object({ field: z.literal("path-pattern"), values: z.array(z.string()) }),
  z.object({ field: z.literal("host-header"), values: z.array(z.string()) }),
  z.object({ field: z.literal("http-request-method"), values: z.array(z.string()) }),
  z.object({ field: z.literal("http-header"), name: z.string(), values: z.array(z.string()) }),
]);

const rule = z.object({ arn: z.string(), listenerArn: z.string(), priority: z.number(), conditions: z.array(condition), action, tags });

export type LoadBalancerRecord = z.infer<typeof loadBalancer>;
export type TargetRecord = z.infer<typeof target>;
export type TargetGroupRecord = z.infer<typeof targetGroup>;
export type ListenerAction = z.infer<typeof action>;
export type ListenerRecord = z.infer<typeof listener>;
export type RuleRecord = z.infer<typeof rule>;
export type RuleConditionRecord = z.infer<typeof condition>;

const elbv2Schema = z.object({ loadBalancers: z.array(loadBalancer), targetGroups: z.array(targetGroup), listeners: z.array(listener), rules: z.array(rule).default([]) });

export const elbv2Slice: Slice<z.infer<typeof elbv2Schema>> = {
  name: "elbv2",
  schema: elbv2Schema,
  empty: () => ({ loadBalancers: [], targetGroups: [], listeners: [], rules: [] }),
};

export const elbv2State = (parts: Parts): z.infer<typeof elbv2Schema> => parts.world.slice(elbv2Slice);

export const groupsOf = (action: ListenerAction): readonly { readonly targetGroupArn: string; readonly weight: number }[] => (action.type === "forward" ? action.groups : []);

const forwardsTo = ({ action: of }: { readonly action: ListenerAction }, targetGroupArn: string): boolean => groupsOf(of).some((group) => group.targetGroupArn === targetGroupArn);

/** Listeners whose action, or that of one of their rules, names it, whatever the weight. */
export function listenersOf(parts: Parts, targetGroupArn: string): ListenerRecord[] {
  const { listeners, rules } = elbv2State(parts);
  return listeners.filter((record) => forwardsTo(record, targetGroupArn) || rules.some((other) => other.listenerArn === record.arn && forwardsTo(other, targetGroupArn)));
}

/** In the order in which they are tried, without the default one. */
export const rulesOf = (parts: Parts, listenerArn: string): RuleRecord[] => elbv2State(parts).rules.filter((record) => record.listenerArn === listenerArn).toSorted((one, other) => one.priority - other.priority);

/** `app/<name>/<id>` and `targetgroup/<name>/<id>`, as CloudWatch's dimensions have them. */
export const dimensionOf = (arn: string): string => arn.replace(/^.*?:(?=targetgroup\/)|^.*:loadbalancer\//, "");
