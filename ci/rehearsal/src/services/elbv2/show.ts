import type { Listener, LoadBalancer, Rule, RuleCondition, TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Parts } from "../../parts.ts";
import { showAction } from "./actions.ts";
import { listenersOf, type ListenerRecord, type LoadBalancerRecord, type RuleConditionRecord, type RuleRecord, type TargetGroupRecord } from "./state.ts";

/** The records in the API's form. */

export const showLoadBalancer = (record: LoadBalancerRecord): LoadBalancer => ({
  LoadBalancerArn: record.arn,
  DNSName: record.dnsName,
  CanonicalHostedZoneId: "Z32O12XQLNTSW2",
  CreatedTime: new Date(record.createdMs),
  LoadBalancerName: record.name,
  Scheme: record.scheme,
  VpcId: record.vpcId,
  State: { Code: "active" },
  Type: "application",
  AvailabilityZones: record.zones.map(({ zone, subnet }) => ({ ZoneName: zone, SubnetId: subnet, LoadBalancerAddresses: [] })),
  SecurityGroups: record.securityGroups,
  IpAddressType: "ipv4",
});

export const showTargetGroup = (parts: Parts, { healthCheck, ...record }: TargetGroupRecord): TargetGroup => ({
  TargetGroupArn: record.arn,
  TargetGroupName: record.name,
  Protocol: record.protocol,
  ProtocolVersion: "HTTP1",
  Port: record.port,
  VpcId: record.vpcId,
  TargetType: record.targetType,
  IpAddressType: "ipv4",
  HealthCheckEnabled: healthCheck.enabled,
  HealthCheckProtocol: healthCheck.protocol,
  HealthCheckPort: healthCheck.port,
  HealthCheckPath: healthCheck.path,
  HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
  HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
  HealthyThresholdCount: healthCheck.healthyThreshold,
  UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
  Matcher: { HttpCode: healthCheck.httpCode },
  LoadBalancerArns: [...new Set(listenersOf(parts, record.arn).map(({ loadBalancerArn }) => loadBalancerArn))],
});

export const showListener = (record: ListenerRecord): Listener => ({
  ListenerArn: record.arn,
  LoadBalancerArn: record.loadBalancerArn,
  Port: record.port,
  Protocol: record.protocol,
  ...(record.certificates.length > 0 && { Certificates: record.certificates.map((arn) => ({ CertificateArn: arn })), SslPolicy: record.sslPolicy ?? "ELBSecurityPolicy-2016-08" }),
  DefaultActions: [showAction(record.action)],
});

export const showDefaultRule = (record: ListenerRecord): Rule => ({ RuleArn: record.ruleArn, Priority: "default", Conditions: [], Actions: [showAction(record.action)], IsDefault: true });

export const showRule = ({ action, arn, conditions, priority }: RuleRecord): Rule => ({ RuleArn: arn, Priority: String(priority), Conditions: conditions.map(showCondition), Actions: [showAction(action)], IsDefault: false });

/** Paths and hosts stand twice in it, as AWS answers. */
function showCondition(condition: RuleConditionRecord): RuleCondition {
  const { field: Field, values: Values } = condition;
  switch (condition.field) {
    case "path-pattern":
      return { Field, Values, PathPatternConfig: { Values } };
    case "host-header":
      return { Field, Values, HostHeaderConfig: { Values } };
    case "http-request-method":
      return { Field, HttpRequestMethodConfig: { Values } };
    case "http-header":
      return { Field, HttpHeaderConfig: { HttpHeaderName: condition.name, Values } };
  }
}

export const showAttributes = (attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] => Object.entries(attributes).map(([key, value]) => ({ Key: key, Value: value }));
