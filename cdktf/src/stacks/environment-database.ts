import type { Construct } from "constructs";
import { Database } from "../constructs/database/database.ts";
import { PrepareTask } from "../constructs/database/prepare-task.ts";
import type { NetworkParts } from "../constructs/network/network.ts";
import type { SecurityGroups } from "../constructs/security-groups/security-groups.ts";
import type { Environment } from "../settings/resolve.ts";
import type { environmentData } from "./environment-data.ts";

export interface EnvironmentDatabaseProps extends Pick<ReturnType<typeof environmentData>, "arns" | "key" | "logs" | "secrets"> {
  readonly environment: Environment;
  readonly network: NetworkParts;
  readonly groups: SecurityGroups;
}

/** RDS, and the task that makes the application's users there. */
export function environmentDatabase(scope: Construct, { environment, arns, network, groups, key, logs, secrets }: EnvironmentDatabaseProps) {
  const database = new Database(scope, "database", { environment, subnetIds: network.taskSubnetIds, securityGroupId: groups.database, keyArn: key.arn });
  const prepare = new PrepareTask(scope, "prepare-database", { environment, arns, database, secretArns: secrets.arns, logGroupName: logs.groupName, logGroupArn: logs.groupArn, keyArn: key.arn });
  return { address: database.address, port: database.port, prepareFamily: prepare.family };
}
