import type { NetworkConfiguration } from "@aws-sdk/client-ecs";
import { AwsError } from "../../protocol/aws-error.ts";
import type { ServiceNetwork } from "./state.ts";

export function networkOf(configuration: NetworkConfiguration | undefined): ServiceNetwork | undefined {
  const vpc = configuration?.awsvpcConfiguration;
  if (vpc === undefined) return undefined;
  if (vpc.subnets === undefined || vpc.subnets.length === 0) throw new AwsError("InvalidParameterException", "subnets can not be empty.");
  return { subnets: [...vpc.subnets], securityGroups: [...(vpc.securityGroups ?? [])], assignPublicIp: vpc.assignPublicIp ?? "DISABLED" };
}

export const showNetwork = (network: ServiceNetwork): NetworkConfiguration => ({ awsvpcConfiguration: { subnets: [...network.subnets], securityGroups: [...network.securityGroups], assignPublicIp: network.assignPublicIp } });
