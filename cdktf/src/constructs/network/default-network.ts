import { DataAwsSubnets } from "@cdktf/provider-aws/lib/data-aws-subnets/index.js";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc/index.js";
import { Subnet } from "@cdktf/provider-aws/lib/subnet/index.js";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import { probeName } from "../probe-hook/probe-hook.ts";
import { NatExit } from "./nat-exit.ts";
import type { NetworkParts } from "./network.ts";

/** Every default VPC is 172.31.0.0/16, and its default subnets begin at its beginning. */
const probeRange = "172.31.255.240/28";

/**
 * The VPC that every account has, for a lab: all of its subnets are public, so tasks
 * get public addresses to reach AWS at all, and only their security group keeps others out.
 */
export class DefaultNetwork extends Construct implements NetworkParts {
  readonly vpcId: string;
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[] = [];
  readonly taskSubnetIds: readonly string[];
  readonly assignPublicIp = true;
  readonly probeSubnetIds: readonly string[];
  readonly probeAddresses: readonly string[];
  readonly endpointSubnetIds = undefined;
  readonly s3PrefixListId = undefined;
  readonly internet = [];

  constructor(scope: Construct, id: string, { environment }: { readonly environment: Environment }) {
    super(scope, id);
    const vpc = new DataAwsVpc(this, "vpc", { default: true });
    const subnets = new DataAwsSubnets(this, "subnets", { filter: [{ name: "vpc-id", values: [vpc.id] }, { name: "default-for-az", values: ["true"] }] });
    this.vpcId = vpc.id;
    this.publicSubnetIds = subnets.ids;
    this.taskSubnetIds = subnets.ids;
    const hasProbe = probeName(environment) !== undefined;
    this.probeSubnetIds = hasProbe ? [this.#probeSubnet(environment)] : [];
    this.probeAddresses = hasProbe ? [new NatExit(this, "probe-nat", { vpcId: vpc.id, publicSubnetId: Fn.element(subnets.ids, 0) as string, subnetIds: this.probeSubnetIds, internet: this.internet, name: `${environment.names.prefix}-probe` }).address] : [];
  }

  /** A function has no public address in a public subnet either. */
  #probeSubnet({ names }: Environment): string {
    return new Subnet(this, "probe-subnet", { vpcId: this.vpcId, cidrBlock: probeRange, tags: { Name: `${names.prefix}-probe` } }).id;
  }
}
