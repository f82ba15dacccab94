import { probeName } from "../constructs/probe-hook/probe-hook.ts";
import { environmentRoleNames } from "./role-names.ts";
import type { Environment } from "../settings/resolve.ts";

/**
 * What others need of an environment: all of it follows from infrastructure.json and
 * gitops.json, so that it is known before anything is applied, and nothing of it is secret.
 */

/** Variables that the workflows of GitHub Actions read: docs/ci/README.md. */
export function githubVariables(environment: Environment): Readonly<Record<string, string>> {
  const { plan, release, apply } = environmentRoleNames(environment);
  return { AWS_ACCOUNT_ID: environment.account.id, AWS_REGION: environment.region, AWS_PLAN_ROLE: plan, AWS_RELEASE_ROLE: release, AWS_APPLY_ROLE: apply, GITOPS_STACK: environment.key };
}

/** What ci/jenkins/casc.yaml has in ${…}, without what is secret. */
export function jenkinsValues(environment: Environment): Readonly<Record<string, string>> {
  const { jenkinsPlan, jenkinsRelease } = environmentRoleNames(environment);
  const [owner = "", repository = ""] = environment.account.github?.repository.split("/") ?? [];
  const role = (name: string): string => `arn:${environment.partition}:iam::${environment.account.id}:role/${name}`;
  return { GITHUB_OWNER: owner, GITHUB_REPOSITORY: repository, AWS_PLAN_ROLE_ARN: role(jenkinsPlan), AWS_RELEASE_ROLE_ARN: role(jenkinsRelease) };
}

/** What gitops.json would have to say for a release to this environment; the pipeline puts it over what is there. */
export function gitopsOverlay(environment: Environment): object {
  const { application, release, repositories, region, database, accountKey, key, names } = environment;
  const probe = probeName(environment);
  return {
    release: {
      region,
      ...release,
      repositories,
      database,
      values: { ...application.release.values, LOG_GROUP: application.release.values["LOG_GROUP"] ?? `/ecs/${names.prefix}` },
      ...(probe === undefined ? {} : { hooks: { AfterAllowTestTraffic: probe } }),
      rehearsal: { world: "cdktf/cdktf.out", stacks: [`account-${accountKey}`, key], role: environmentRoleNames(environment).release },
    },
  };
}
