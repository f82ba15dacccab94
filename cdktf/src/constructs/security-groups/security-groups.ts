import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import type { NetworkParts } from "../network/network.ts";
import { flowsOf, groupNames, type Flow, type GroupName, type Party } from "./flows.ts";

export interface SecurityGroupsProps {
  readonly environment: Environment;
  readonly network: NetworkParts;
}

const purposes: Readonly<Record<GroupName, string>> = {
  balancer: "The load balancer",
  tasks: "The tasks of the service",
  probe: "The function that looks at a version before users see it",
  database: "The database",
  monitoring: "The monitoring host",
  endpoints: "VPC endpoints of AWS services",
};

/** The groups of the environment, with the rules that flows.ts lists; each rule is a resource of its own. */
export class SecurityGroups extends Construct {
  readonly #ids: ReadonlyMap<GroupName, string>;

  constructor(scope: Construct, id: string, { environment, network }: SecurityGroupsProps) {
    super(scope, id);
    const flows = flowsOf({ environment, probeAddresses: network.probeAddresses, s3PrefixListId: network.s3PrefixListId });
    const idOf = (name: GroupName): string => new SecurityGroup(this, name, { name: environment.names.of("securityGroup", name), description: purposes[name], vpcId: network.vpcId, tags: { Name: environment.names.of("securityGroup", name) } }).id;
    this.#ids = new Map(groupNames.filter((name) => flows.some(([from, to]) => from === name || to === name)).map((name) => [name, idOf(name)]));
    for (const flow of flows) this.#allow(flow);
  }

  get balancer(): string {
    return this.#idOf("balancer");
  }

  get tasks(): string {
    return this.#idOf("tasks");
  }

  get probe(): string {
    return this.#idOf("probe");
  }

  get database(): string {
    return this.#idOf("database");
  }

  get monitoring(): string {
    return this.#idOf("monitoring");
  }

  get endpoints(): string {
    return this.#idOf("endpoints");
  }

  /** Only what may be connected to anything has a group. */
  #idOf(name: GroupName): string {
    const id = this.#ids.get(name);
    if (id === undefined) throw new Error(`No line of flows.ts says who may reach ${name} here, so it has no security group.`);
    return id;
  }

  /** Between two of our groups both sides have to let it through. */
  #allow([from, to, port, why]: Flow): void {
    const common = { ipProtocol: "tcp", fromPort: port, toPort: port, description: why };
    const path = `${nameOf(from)}-to-${nameOf(to)}-${port}`;
    if (typeof to === "string") for (const [part, source] of this.#sidesOf(from)) new VpcSecurityGroupIngressRule(this, `in-${path}${part}`, { securityGroupId: this.#idOf(to), ...common, ...source });
    if (typeof from === "string") for (const [part, target] of this.#sidesOf(to)) new VpcSecurityGroupEgressRule(this, `out-${path}${part}`, { securityGroupId: this.#idOf(from), ...common, ...target });
  }

  /** A rule has one other side: several ranges are several rules. */
  #sidesOf(party: Party): readonly (readonly [part: string, side: Side])[] {
    if (typeof party === "string") return [["", { referencedSecurityGroupId: this.#idOf(party) }]];
    if (party.prefixListId !== undefined) return [["", { prefixListId: party.prefixListId }]];
    const ranges = party.ranges ?? [];
    return ranges.map((cidrIpv4, index) => [ranges.length === 1 ? "" : `-${index + 1}`, { cidrIpv4 }] as const);
  }
}

const nameOf = (party: Party): string => (typeof party === "string" ? party : party.name);

interface Side {
  readonly referencedSecurityGroupId?: string;
  readonly prefixListId?: string;
  readonly cidrIpv4?: string;
}
