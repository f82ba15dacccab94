import { Eip } from "@cdktf/provider-aws/lib/eip/index.js";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway/index.js";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { routeTable } from "./route-table.ts";

export interface NatExitProps {
  readonly vpcId: string;
  /** Where the gateway stands. */
  readonly publicSubnetId: string;
  /** Whose way out it is. */
  readonly subnetIds: readonly string[];
  /** The way out of the VPC, without which AWS makes no gateway. */
  readonly internet: readonly ITerraformDependable[];
  readonly name: string;
}

/** A NAT gateway with the routes to it: the way out for subnets that nobody gets into. */
export class NatExit extends Construct {
  /** As which everything behind it is seen outside. */
  readonly address: string;

  constructor(scope: Construct, id: string, { vpcId, publicSubnetId, subnetIds, internet, name }: NatExitProps) {
    super(scope, id);
    const address = new Eip(this, "address", { domain: "vpc", tags: { Name: name } });
    const gateway = new NatGateway(this, "gateway", { allocationId: address.id, subnetId: publicSubnetId, tags: { Name: name }, dependsOn: [...internet] });
    routeTable(this, "private", { vpcId, subnetIds, natGatewayId: gateway.id });
    this.address = address.publicIp;
  }
}
