import type { AccountRoles } from "../constructs/roles/account-roles.ts";
import type { Notifications } from "../constructs/notifications/notifications.ts";
import type { Registry } from "../constructs/registry/registry.ts";
import type { Account } from "../settings/resolve.ts";
import { output, type Output } from "./write-outputs.ts";

/** What an account tells: its registry, its roles, and who is told. */
export function accountOutputs({ id, region, state, names, monthlyBudgetUsd }: Account, { registry, roles, notifications }: { readonly registry: Registry; readonly roles: AccountRoles; readonly notifications: Notifications }) {
  const repositories = Object.entries(registry.repositories);
  return {
    ...Object.fromEntries(repositories.map(([service, repository]) => [`repository_url_${service.replaceAll("-", "_")}`, output(repository.repositoryUrl, `Where images of ${service} are pushed`)])),
    registry_account_id: output(id, "The AWS account"),
    registry_region: output(region, "The region"),
    repository_arns: output(repositories.map(([, { arn }]) => arn), "Image repositories"),
    plan_role_name: output(roles.planName, "Role that plans pull requests"),
    release_role_name: output(roles.releaseName, "Role that releases"),
    apply_role_name: output(roles.applyName, "Role that applies infrastructure"),
    jenkins_plan_role_name: output(roles.jenkinsPlanName, "Role of Jenkins' agents that plan"),
    jenkins_release_role_name: output(roles.jenkinsReleaseName, "Role of Jenkins' agents that release"),
    account_alerts_topic_arn: output(notifications.topicArn, "Who is told of alarms, findings and costs"),
    state_bucket: output(state?.bucket, "Where Terraform keeps its state"),
    name_prefix: output(names.prefix, "Of all names of the account"),
    monthly_budget_usd: output(monthlyBudgetUsd, "At 80 % and 100 % of it there is a message"),
  } satisfies Record<string, Output>;
}
