import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association/index.js";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table/index.js";
import { Route } from "@cdktf/provider-aws/lib/route/index.js";
import type { Construct } from "constructs";

export interface RouteTableProps {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Way to the internet; none when both are absent. */
  readonly gatewayId?: string;
  readonly natGatewayId?: string;
}

/** A table of its own for these subnets: the VPC's main one stays without a way out. */
export function routeTable(scope: Construct, id: string, { vpcId, subnetIds, ...out }: RouteTableProps): RouteTable {
  const table = new RouteTable(scope, `${id}-routes`, { vpcId });
  if (Object.keys(out).length > 0) new Route(scope, `${id}-to-internet`, { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", ...out });
  for (const [index, subnetId] of subnetIds.entries()) new RouteTableAssociation(scope, `${id}-routes-of-${index + 1}`, { routeTableId: table.id, subnetId });
  return table;
}
