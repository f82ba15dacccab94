import type { Construct } from "constructs";
import { Boundary } from "../constructs/boundary/boundary.ts";
import { Budget } from "../constructs/budget/budget.ts";
import { Config } from "../constructs/compliance/config.ts";
import { SecurityHub } from "../constructs/compliance/security-hub.ts";
import { GuardDuty } from "../constructs/guard-duty/guard-duty.ts";
import { SessionLogging } from "../constructs/logs/session-logging.ts";
import { Notifications, topicName } from "../constructs/notifications/notifications.ts";
import { Arns } from "../constructs/policies/arns.ts";
import { Registry } from "../constructs/registry/registry.ts";
import { AccountRoles } from "../constructs/roles/account-roles.ts";
import { keepState } from "../constructs/state/backend.ts";
import { StateBucket } from "../constructs/state/state-bucket.ts";
import { Trail } from "../constructs/trail/trail.ts";
import { accountOutputs } from "../outputs/account-outputs.ts";
import { writeOutputs } from "../outputs/write-outputs.ts";
import type { Account } from "../settings/resolve.ts";
import { BaseStack } from "./base-stack.ts";

/** What exists once in an account, however many environments live there. */
export class AccountStack extends BaseStack {
  readonly registry: Registry;
  readonly roles: AccountRoles;
  readonly notifications: Notifications;

  constructor(scope: Construct, account: Account) {
    super(scope, `account-${account.key}`, { account: account.id, region: account.region, tags: account.tags });
    const { names, id, region, partition, state, alerts, application } = account;
    const arns = new Arns({ partition, region, account: id });
    keepState(this, `account-${account.key}`, { bucket: state?.bucket, region, account: id });
    if (state?.isOurs === true) new StateBucket(this, "state", { name: state.bucket, keyAlias: `${names.prefix}-terraform-state`, arns });

    this.registry = new Registry(this, "registry", { repositories: account.repositories });
    if (account.environments.length > 0) new Boundary(this, "boundary", { account, arns });
    this.roles = new AccountRoles(this, "roles", { account, arns, stateBucket: state?.bucket });
    this.notifications = new Notifications(this, "alerts", { name: topicName(application.project), arns, email: alerts.email, slack: alerts.slack });
    const { topicArn } = this.notifications;

    new Trail(this, "trail", { name: names.of("topic", "trail"), bucketName: names.of("bucket", `trail-${id}`), arns });
    new GuardDuty(this, "guard-duty", { name: names.prefix, topicArn });
    if (account.config) new Config(this, "config", { name: names.prefix, bucketName: names.of("bucket", `config-${id}`), arns });
    if (account.securityHub) new SecurityHub(this, "security-hub", { name: names.prefix, arns, topicArn });
    new SessionLogging(this, "sessions", { names, arns });
    new Budget(this, "budget", { name: `${names.prefix}-monthly`, monthlyUsd: account.monthlyBudgetUsd, topicArn });
    writeOutputs(this, accountOutputs(account, this));
  }
}
