import type { Block } from "../terraform-json.ts";
import { reachOf } from "./address-range.ts";
import { list, namesReferredTo, numeric, resources, texts, type Stack } from "./references.ts";

/**
 * What makes the network wider than it has to be. From everywhere in: the
 * load balancer's listeners only. To everywhere out: one port at a time.
 */
export function securityGroupProblems(stacks: readonly Stack[]): string[] {
  const groups = stacks.flatMap((stack) => resources(stack, "aws_security_group"));
  if (groups.length === 0) return ["there is no aws_security_group"];
  return stacks.flatMap((stack) => [...inlineRules(stack), ...ungrouped(stack), ...rulesOf(stack).flatMap((rule) => problemOf(rule, openPorts(stack)))]);
}

/** Rules inside of a group: Trivy does not see them in Terraform JSON. */
function inlineRules(stack: Stack): string[] {
  return resources(stack, "aws_security_group", "aws_default_security_group").flatMap(({ address, body }) =>
    ["ingress", "egress"].filter((key) => list(body[key]).length > 0).map((key) => `${address} has its ${key} rules inside, where not every tool sees them: make each a resource`),
  );
}

/** What names no group gets the default one, which lets everything out. */
function ungrouped(stack: Stack): string[] {
  const services = resources(stack, "aws_ecs_service").filter(({ body }) => list(body["network_configuration"]).some((network) => texts((network as Block["body"])["security_groups"]).length === 0));
  const balancers = resources(stack, "aws_lb", "aws_alb").filter(({ body }) => (body["load_balancer_type"] ?? "application") === "application" && texts(body["security_groups"]).length === 0);
  return [...services, ...balancers].map(({ address }) => `${address} names no security group`);
}

interface Rule {
  readonly address: string;
  readonly direction: "in" | "out";
  /** A group of this stack; undefined where it is somebody else's. */
  readonly group: string | undefined;
  readonly ranges: readonly string[];
  readonly prefixLists: readonly string[];
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly protocol: string;
}

function rulesOf(stack: Stack): Rule[] {
  return resources(stack, "aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule").map(({ address, type, body }) => ({
    address,
    // A direction that is not known is the more dangerous one.
    direction: type === "aws_vpc_security_group_egress_rule" || body["type"] === "egress" ? "out" : "in",
    group: namesReferredTo(body["security_group_id"], "aws_security_group")[0],
    ranges: ["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"].flatMap((key) => texts(body[key])),
    prefixLists: ["prefix_list_ids", "prefix_list_id"].flatMap((key) => texts(body[key])),
    from: numeric(body["from_port"]),
    to: numeric(body["to_port"]),
    protocol: [body["protocol"], body["ip_protocol"]].find((value) => typeof value === "string") ?? "unknown",
  }));
}

/** Ports of listeners, by the group of the balancer that they are on. */
function openPorts(stack: Stack): ReadonlyMap<string, ReadonlySet<number>> {
  const ports = new Map<string, Set<number>>();
  for (const listener of resources(stack, "aws_lb_listener", "aws_alb_listener")) {
    const port = numeric(listener.body["port"]);
    const balancers = namesReferredTo(listener.body["load_balancer_arn"], "aws_lb", "aws_alb");
    for (const balancer of resources(stack, "aws_lb", "aws_alb").filter(({ name }) => balancers.includes(name))) {
      for (const group of namesReferredTo(balancer.body["security_groups"], "aws_security_group")) {
        if (port !== undefined) ports.set(group, (ports.get(group) ?? new Set()).add(port));
      }
    }
  }
  return ports;
}

function problemOf(rule: Rule, open: ReadonlyMap<string, ReadonlySet<number>>): string[] {
  const reaches = rule.ranges.map(reachOf);
  const unknown = rule.ranges.find((_, index) => reaches[index] === "unknown") ?? rule.prefixLists.find((id) => /\$\{aws_ec2_managed_prefix_list\.|\$\{var\./.test(id));
  if (unknown !== undefined) return [`${rule.address} names ${unknown}, which is known only when it is applied`];
  if (!reaches.includes("everybody")) return [];
  const port = rule.from === rule.to && rule.from !== undefined && !["-1", "all", "unknown"].includes(rule.protocol) ? rule.from : undefined;
  if (rule.direction === "out") return port === undefined ? [`${rule.address} lets everything out to everywhere: name one port`] : [];
  const allowed = port !== undefined && ["tcp", "6"].includes(rule.protocol) && rule.group !== undefined && (open.get(rule.group)?.has(port) ?? false);
  return allowed ? [] : [`${rule.address} lets everybody in, and not to a listener of the load balancer`];
}
