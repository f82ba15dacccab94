import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint/index.js";
import { Construct } from "constructs";

export interface EndpointsProps {
  readonly region: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly prefix: string;
}

/** What a task asks of AWS: its image, its secrets, its log, and ECS Exec, whose sessions a key of KMS encrypts. S3 has an endpoint of another kind, in the network. */
const services = ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssm", "ssmmessages"];

/** In China AWS has put these under another name, and left the rest, S3's gateway with it, as they are everywhere. */
const renamedInChina = ["ecr.api", "ecr.dkr"];
const nameOf = (service: string, region: string): string => `${region.startsWith("cn-") && renamedInChina.includes(service) ? "cn." : ""}com.amazonaws.${region}.${service}`;

/** AWS's services inside the VPC, for tasks that have no way to the internet. */
export class Endpoints extends Construct {
  constructor(scope: Construct, id: string, { region, vpcId, subnetIds, securityGroupId, prefix }: EndpointsProps) {
    super(scope, id);
    for (const service of services) {
      new VpcEndpoint(this, service, { vpcId, serviceName: nameOf(service, region), vpcEndpointType: "Interface", privateDnsEnabled: true, subnetIds: [...subnetIds], securityGroupIds: [securityGroupId], tags: { Name: `${prefix}-${service}` } });
    }
  }
}
