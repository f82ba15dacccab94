import type { CreateListenerInput, CreateLoadBalancerInput, CreateTargetGroupInput, Tag } from "@aws-sdk/client-elastic-load-balancing-v2";
import { balancer } from "../../load-balancer/balancer.ts";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { checkForward, noteStickiness, readAction, tellAction } from "./actions.ts";
import { loadBalancerOf } from "./find.ts";
import { changeHealthCheck, defaultHealthCheck } from "./health-check-settings.ts";
import { elbSignals } from "./signals.ts";
import { elbv2State, groupsOf, type ListenerRecord, type LoadBalancerRecord, type TargetGroupRecord } from "./state.ts";

export const readTags = (tags: readonly Partial<Tag>[] | undefined): Record<string, string> => Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));

/** The same again gives what is there, as AWS does. */
export function createLoadBalancer(parts: Parts, input: CreateLoadBalancerInput): LoadBalancerRecord {
  const name = checkName("load balancer", input.Name);
  if (input.Type !== undefined && input.Type !== "application") throw new AwsError("InvalidConfigurationRequestException", `The rehearsal has application load balancers only, not ${input.Type}: CodeDeploy shifts gradually only on those.`);
  const subnets = input.Subnets ?? (input.SubnetMappings ?? []).map(({ SubnetId }) => SubnetId ?? "");
  if (subnets.length < 2) throw new AwsError("ValidationError", "At least two subnets in two different Availability Zones must be specified");
  const scheme = input.Scheme ?? "internet-facing";
  const known = elbv2State(parts).loadBalancers.find((candidate) => candidate.name === name);
  if (known !== undefined) {
    if (known.scheme === scheme && known.zones.map(({ subnet }) => subnet).join() === subnets.join()) return known;
    throw new AwsError("DuplicateLoadBalancerNameException", `A load balancer with the same name '${name}' exists, but with different settings`);
  }
  const id = parts.ids.hex(16);
  const record: LoadBalancerRecord = {
    arn: parts.world.arn("elasticloadbalancing", `loadbalancer/app/${name}/${id}`),
    name,
    dnsName: `${scheme === "internal" ? "internal-" : ""}${name}-${parts.ids.digits(10)}.${parts.world.region}.elb.amazonaws.com`,
    scheme,
    vpcId: "vpc-rehearsal",
    zones: subnets.map((subnet, index) => ({ subnet, zone: `${parts.world.region}${"abcdef"[index % 6] ?? "a"}` })),
    securityGroups: [...(input.SecurityGroups ?? [])],
    createdMs: parts.clock.now(),
    attributes: { "idle_timeout.timeout_seconds": "60", "deletion_protection.enabled": "false", "routing.http2.enabled": "true" },
    tags: readTags(input.Tags),
  };
  elbv2State(parts).loadBalancers.push(record);
  return record;
}

export function createTargetGroup(parts: Parts, input: CreateTargetGroupInput): TargetGroupRecord {
  const name = checkName("target group", input.Name);
  const { Protocol: protocol, Port: port, TargetType: targetType = "instance", ProtocolVersion: version = "HTTP1" } = input;
  if (protocol !== "HTTP" && protocol !== "HTTPS") throw new AwsError("ValidationError", protocol === undefined ? "A protocol must be specified" : `The rehearsal's target groups are HTTP or HTTPS, not ${protocol}`);
  if (version !== "HTTP1") throw new AwsError("InvalidConfigurationRequestException", `The rehearsal's load balancer speaks HTTP/1.1 to its targets, not ${version}.`);
  if (port === undefined || port < 1 || port > 65_535) throw new AwsError("ValidationError", port === undefined ? "A port must be specified" : `Port '${String(port)}' must be between 1 and 65535`);
  if (targetType !== "ip" && targetType !== "instance") throw new AwsError("InvalidConfigurationRequestException", `The rehearsal's target groups have targets of type ip, not ${targetType}.`);
  const healthCheck = changeHealthCheck(defaultHealthCheck(protocol), input);
  const known = elbv2State(parts).targetGroups.find((candidate) => candidate.name === name);
  if (known !== undefined) {
    if (known.port === port && known.protocol === protocol && known.targetType === targetType && JSON.stringify(known.healthCheck) === JSON.stringify(healthCheck)) return known;
    throw new AwsError("DuplicateTargetGroupNameException", `A target group with the same name '${name}' exists, but with different settings`);
  }
  const record: TargetGroupRecord = {
    arn: parts.world.arn("elasticloadbalancing", `targetgroup/${name}/${parts.ids.hex(16)}`),
    name,
    protocol,
    port,
    vpcId: input.VpcId ?? "vpc-rehearsal",
    targetType,
    healthCheck,
    attributes: { "deregistration_delay.timeout_seconds": "300", "stickiness.enabled": "false", "load_balancing.algorithm.type": "round_robin", "slow_start.duration_seconds": "0" },
    targets: [],
    tags: readTags(input.Tags),
  };
  elbv2State(parts).targetGroups.push(record);
  return record;
}

/** Only the deregistration delay has an effect; the others are kept and shown. */
export function changeAttributes(group: TargetGroupRecord, attributes: Readonly<Record<string, string>>): void {
  const delay = attributes["deregistration_delay.timeout_seconds"];
  if (delay !== undefined && !(/^\d{1,4}$/.test(delay) && Number(delay) <= 3600)) throw new AwsError("ValidationError", "'deregistration_delay.timeout_seconds' must be between '0' and '3600' inclusive");
  Object.assign(group.attributes, attributes);
}

/** Only the protection against deletion has an effect; the others are kept and shown. */
export function changeLoadBalancerAttributes(loadBalancer: LoadBalancerRecord, attributes: Readonly<Record<string, string>>): void {
  const idle = attributes["idle_timeout.timeout_seconds"];
  if (idle !== undefined && !(/^\d{1,4}$/.test(idle) && Number(idle) >= 1 && Number(idle) <= 4000)) throw new AwsError("ValidationError", "'idle_timeout.timeout_seconds' must be between '1' and '4000' inclusive");
  for (const key of ["deletion_protection.enabled", "routing.http2.enabled"]) {
    const value = attributes[key];
    if (value !== undefined && value !== "true" && value !== "false") throw new AwsError("ValidationError", `Attribute value '${value}' of '${key}' must be 'true' or 'false'`);
  }
  Object.assign(loadBalancer.attributes, attributes);
}

/** From then on it answers on a port of this machine. */
export function createListener(parts: Parts, input: CreateListenerInput): ListenerRecord {
  const loadBalancer = loadBalancerOf(parts, input.LoadBalancerArn ?? "");
  const { Protocol: protocol, Port: port } = input;
  if (protocol !== "HTTP" && protocol !== "HTTPS") throw new AwsError("UnsupportedProtocolException", `Protocol '${protocol ?? ""}' is not supported by application load balancers`);
  if (port === undefined || port < 1 || port > 65_535) throw new AwsError("ValidationError", port === undefined ? "A listener port must be specified" : `Port '${String(port)}' must be between 1 and 65535`);
  const certificates = (input.Certificates ?? []).map(({ CertificateArn }) => CertificateArn ?? "");
  if (protocol === "HTTPS" && certificates.length === 0) throw new AwsError("ValidationError", "A certificate must be specified for HTTPS listeners");
  const { listeners } = elbv2State(parts);
  if (listeners.some((listener) => listener.loadBalancerArn === loadBalancer.arn && listener.port === port)) throw new AwsError("DuplicateListenerException", `A listener already exists on this port for this load balancer '${loadBalancer.arn}'`);
  const action = readAction(input.DefaultActions);
  if (action.type === "forward") checkForward(parts, groupsOf(action), loadBalancer.arn);
  noteStickiness(parts, action);
  const arn = `${loadBalancer.arn.replace(":loadbalancer/", ":listener/")}/${parts.ids.hex(16)}`;
  const record: ListenerRecord = {
    arn,
    loadBalancerArn: loadBalancer.arn,
    port,
    protocol,
    certificates,
    ...(input.SslPolicy !== undefined && { sslPolicy: input.SslPolicy }),
    action,
    ruleArn: `${arn.replace(":listener/", ":listener-rule/")}/${parts.ids.hex(16)}`,
    tags: readTags(input.Tags),
  };
  listeners.push(record);
  parts.get(balancer);
  tellAction(parts, record);
  parts.get(elbSignals).listener.tell(arn);
  return record;
}

function checkName(what: string, name = ""): string {
  const wrong = (why: string): AwsError => new AwsError("ValidationError", `The ${what} name '${name}' ${why}`);
  if (name === "") throw wrong("cannot be empty");
  if (name.length > 32) throw wrong("cannot be longer than '32' characters");
  if (!/^[A-Za-z0-9-]+$/.test(name)) throw wrong("can only contain characters that are alphanumeric characters and hyphens(-)");
  if (name.startsWith("-") || name.endsWith("-")) throw wrong("cannot begin or end with a hyphen(-)");
  if (what === "load balancer" && name.startsWith("internal-")) throw wrong("cannot begin with 'internal-'");
  return name;
}
