import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group/index.js";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway/index.js";
import { Subnet } from "@cdktf/provider-aws/lib/subnet/index.js";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint/index.js";
import { Vpc } from "@cdktf/provider-aws/lib/vpc/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import { probeName } from "../probe-hook/probe-hook.ts";
import { addressPlan } from "./address-plan.ts";
import { FlowLogs } from "./flow-logs.ts";
import { NatExit } from "./nat-exit.ts";
import type { NetworkParts } from "./network.ts";
import { routeTable } from "./route-table.ts";

export interface OwnNetworkProps {
  readonly environment: Environment;
  /** One subnet of each kind is in each. */
  readonly zoneNames: readonly string[];
  readonly keyArn: string;
}

/** A VPC with public subnets for the load balancer, and private ones for everything else. */
export class OwnNetwork extends Construct implements NetworkParts {
  readonly vpcId: string;
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
  readonly taskSubnetIds: readonly string[];
  readonly assignPublicIp = false;
  readonly probeSubnetIds: readonly string[];
  readonly probeAddresses: readonly string[];
  readonly endpointSubnetIds: readonly string[] | undefined;
  readonly s3PrefixListId: string | undefined;
  readonly internet: readonly InternetGateway[];
  readonly #environment: Environment;
  readonly #zoneNames: readonly string[];

  constructor(scope: Construct, id: string, { environment, zoneNames, keyArn }: OwnNetworkProps) {
    super(scope, id);
    this.#environment = environment;
    this.#zoneNames = zoneNames;
    const { network, egress, names } = environment;
    const plan = addressPlan(network.cidr, network.zones, egress === "endpoints" && probeName(environment) !== undefined);
    const vpc = new Vpc(this, "vpc", { cidrBlock: network.cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: { Name: names.prefix } });
    this.vpcId = vpc.id;
    // Without a rule in it: whatever is put there by mistake reaches nobody.
    new DefaultSecurityGroup(this, "closed-default-group", { vpcId: vpc.id });
    new FlowLogs(this, "flow-logs", { vpcId: vpc.id, environment, keyArn });

    this.publicSubnetIds = this.#subnets("public", plan.publicRanges);
    this.privateSubnetIds = this.#subnets("private", plan.privateRanges);
    this.taskSubnetIds = this.privateSubnetIds;
    const gateway = new InternetGateway(this, "internet", { vpcId: vpc.id, tags: { Name: names.prefix } });
    this.internet = [gateway];
    routeTable(this, "public", { vpcId: vpc.id, subnetIds: this.publicSubnetIds, gatewayId: gateway.id });

    if (egress !== "endpoints") {
      const exits = this.#natExits(egress === "nat-per-zone");
      this.probeSubnetIds = this.privateSubnetIds;
      this.probeAddresses = exits.map(({ address }) => address);
    } else {
      const tables = this.privateSubnetIds.map((subnetId, zone) => routeTable(this, `private-${zone + 1}`, { vpcId: vpc.id, subnetIds: [subnetId] }));
      // ECR keeps the layers of images in S3.
      const s3 = new VpcEndpoint(this, "s3", { vpcId: vpc.id, serviceName: `com.amazonaws.${environment.region}.s3`, vpcEndpointType: "Gateway", routeTableIds: tables.map((table) => table.id), tags: { Name: `${names.prefix}-s3` } });
      this.endpointSubnetIds = this.privateSubnetIds;
      this.s3PrefixListId = s3.prefixListId;
      // Tasks have no way to the internet then; the probe alone has, for the load balancer is there.
      this.probeSubnetIds = this.#subnets("probe", plan.probeRange === undefined ? [] : [plan.probeRange]);
      this.probeAddresses = plan.probeRange === undefined ? [] : [new NatExit(this, "probe-nat", { vpcId: vpc.id, publicSubnetId: this.publicSubnetIds[0] ?? "", subnetIds: this.probeSubnetIds, internet: this.internet, name: `${names.prefix}-probe` }).address];
    }
  }

  #subnets(kind: string, ranges: readonly string[]): readonly string[] {
    return ranges.map((cidrBlock, zone) => new Subnet(this, `${kind}-subnet-${zone + 1}`, { vpcId: this.vpcId, cidrBlock, availabilityZone: this.#zoneNames[zone] ?? "", mapPublicIpOnLaunch: false, tags: { Name: `${this.#environment.names.prefix}-${kind}-${zone + 1}` } }).id);
  }

  /** One for all is cheap, and a zone that is down takes the way out of the others with it. */
  #natExits(perZone: boolean): readonly NatExit[] {
    const groups = perZone ? this.privateSubnetIds.map((subnetId) => [subnetId]) : [this.privateSubnetIds];
    return groups.map((subnetIds, zone) => new NatExit(this, `nat-${zone + 1}`, { vpcId: this.vpcId, publicSubnetId: this.publicSubnetIds[zone] ?? "", subnetIds, internet: this.internet, name: `${this.#environment.names.prefix}-${zone + 1}` }));
  }
}
