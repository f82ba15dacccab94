import type { Construct } from "constructs";
import { boundaryArn } from "../constructs/boundary/boundary.ts";
import { DataKey, logsUseIt } from "../constructs/keys/data-key.ts";
import { Logs } from "../constructs/logs/logs.ts";
import { topicName } from "../constructs/notifications/notifications.ts";
import { Arns } from "../constructs/policies/arns.ts";
import { hookFunctions } from "../constructs/probe-hook/probe-hook.ts";
import { EnvironmentRoles } from "../constructs/roles/environment-roles.ts";
import { DatabaseSecrets } from "../constructs/secrets/database-secrets.ts";
import type { Environment } from "../settings/resolve.ts";

/** What an environment's service finds already there: a key, log groups, secrets, roles, and the account's topic. */
export function environmentData(scope: Construct, environment: Environment) {
  const { names, release, application, account, region, partition, protect, logRetentionDays } = environment;
  const arns = new Arns({ partition, region, account: account.id });
  const groupName = logGroupOf(environment);
  const key = new DataKey(scope, "key", { name: names.prefix, description: `Secrets, logs and data of ${environment.key}`, arns, statements: [logsUseIt(arns, [groupName, `${groupName}/*`, `/aws/lambda/*${names.prefix}-*`, `/${names.prefix}/*`])] });
  const logs = new Logs(scope, "logs", { groupName, retentionDays: logRetentionDays, keyArn: key.arn });
  const secrets = new DatabaseSecrets(scope, "secrets", { secrets: application.release.secrets, keyArn: key.arn, protect });
  const roles = new EnvironmentRoles(scope, "roles", {
    arns,
    boundaryArn: boundaryArn(arns, application),
    release,
    loadBalancerName: names.of("loadBalancer", "lb"),
    repositories: Object.values(environment.repositories),
    secretArns: Object.values(secrets.arns),
    logGroupArn: logs.groupArn,
    execGroupArn: logs.execGroupArn,
    keyArn: key.arn,
    codeDeployRoleName: names.of("role", "codedeploy"),
    probeRoleName: names.of("role", "probe"),
    hookFunctions: hookFunctions(environment),
  });
  return { arns, key, logs, secrets, roles, topicArn: arns.of("sns", topicName(application.project)) };
}

/** The group that the task definition names; one of the environment's own where gitops.json has none. */
export const logGroupOf = ({ application, names }: Environment): string => application.release.values["LOG_GROUP"] ?? `/ecs/${names.prefix}`;
