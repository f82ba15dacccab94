import type { Importer } from "./importer.ts";

/** The types that come into the world, in the order in which they are made where nothing refers to another; each loaded when a stack has it. */
const families: readonly (readonly [pattern: RegExp, load: () => Promise<Readonly<Record<string, Importer>>>])[] = [
  [/^aws_(vpc|subnet|security_group)$/, async () => (await import("./resources/network.ts")).network],
  [/^aws_iam_(openid_connect_provider|policy|role|role_policy|role_policy_attachment)$/, async () => (await import("./resources/iam.ts")).iam],
  [/^aws_(ecr_repository|ecr_lifecycle_policy|cloudwatch_log_group|secretsmanager_secret|ssm_parameter)$/, async () => (await import("./resources/simple.ts")).simple],
  [/^aws_lb(_target_group|_listener|_listener_rule)?$/, async () => (await import("./resources/elbv2.ts")).elbv2],
  [/^aws_ecs_(cluster|cluster_capacity_providers|task_definition|service)$/, async () => (await import("./resources/ecs.ts")).ecs],
  [/^aws_cloudwatch_(metric|composite)_alarm$/, async () => (await import("./resources/cloudwatch.ts")).cloudwatch],
  [/^aws_codedeploy_(app|deployment_config|deployment_group)$/, async () => (await import("./resources/codedeploy.ts")).codedeploy],
];

const rankOf = (type: string): number => families.findIndex(([pattern]) => pattern.test(type));

export const isImported = (type: string): boolean => rankOf(type) >= 0;
export const inOrder = (types: readonly string[]): readonly string[] => types.toSorted((one, other) => rankOf(one) - rankOf(other));

/** Undefined for a type that the rehearsal does not have. */
export async function importerOf(type: string): Promise<Importer | undefined> {
  return (await families[rankOf(type)]?.[1]())?.[type];
}
