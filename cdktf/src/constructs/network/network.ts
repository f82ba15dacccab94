import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones/index.js";
import { propertyAccess, Token, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import { DefaultNetwork } from "./default-network.ts";
import { OwnNetwork } from "./own-network.ts";

/** Where everything of an environment stands, whoever made it. */
export interface NetworkParts {
  readonly vpcId: string;
  /** Of the load balancer. */
  readonly publicSubnetIds: readonly string[];
  /** Of what nobody reaches from outside: database, monitoring. Empty in the default VPC, which has none. */
  readonly privateSubnetIds: readonly string[];
  readonly taskSubnetIds: readonly string[];
  readonly assignPublicIp: boolean;
  /** Of the probe, which always leaves through a NAT gateway. */
  readonly probeSubnetIds: readonly string[];
  /** From which it then arrives at the test listener: a load balancer on the internet is reached from there, also by its own VPC. */
  readonly probeAddresses: readonly string[];
  /** Where VPC endpoints are put; undefined where tasks have a way to the internet. */
  readonly endpointSubnetIds: readonly string[] | undefined;
  /** Ranges of S3's own endpoint; undefined where there is none. */
  readonly s3PrefixListId: string | undefined;
  /** Has to be there before anything that has a public address: AWS makes no load balancer and no NAT gateway in a VPC without it. */
  readonly internet: readonly ITerraformDependable[];
}

export interface NetworkProps {
  readonly environment: Environment;
  /** Encrypts the flow logs. */
  readonly keyArn: string;
}

/** The environment's VPC, or the account's default one. */
export class Network extends Construct {
  readonly parts: NetworkParts;

  constructor(scope: Construct, id: string, { environment, keyArn }: NetworkProps) {
    super(scope, id);
    const zones = new DataAwsAvailabilityZones(this, "zones", { state: "available", filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] });
    const zoneNames = Array.from({ length: environment.network.zones }, (_, index) => Token.asString(propertyAccess(zones.names, [index])));
    this.parts = environment.network.defaultVpc === true ? new DefaultNetwork(this, "default", { environment }) : new OwnNetwork(this, "own", { environment, zoneNames, keyArn });
  }
}
