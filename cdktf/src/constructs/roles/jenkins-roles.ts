import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js";
import { Construct } from "constructs";
import type { Names } from "../../settings/names.ts";
import type { AccountSettings } from "../../settings/settings-schema.ts";
import type { Arns } from "../policies/arns.ts";
import type { Statement } from "../policies/policy-document.ts";
import { Role } from "./role.ts";

export interface JenkinsRolesProps {
  readonly names: Names;
  readonly arns: Arns;
  readonly jenkins: NonNullable<AccountSettings["jenkins"]>;
  readonly plan: readonly Statement[];
  readonly release: readonly Statement[];
}

/**
 * Jenkins has two kinds of agents: those that plan and those that release. Each takes
 * its role by its instance's role, or by a token whose issuer and subject are named;
 * no key of AWS exists there.
 */
export class JenkinsRoles extends Construct {
  readonly plan: Role | undefined;
  readonly release: Role | undefined;

  constructor(scope: Construct, id: string, { names, arns, jenkins, plan, release }: JenkinsRolesProps) {
    super(scope, id);
    const { oidcIssuer, instanceRole, planInstanceRole, subjects } = jenkins;
    const provider = oidcIssuer === undefined ? undefined : new IamOpenidConnectProvider(this, "provider", { url: oidcIssuer, clientIdList: ["sts.amazonaws.com"] });
    const byToken = (subject: string): Statement[] => (provider === undefined || oidcIssuer === undefined ? [] : [trustsToken(provider.arn, oidcIssuer, subject)]);
    const byInstance = (role: string | undefined): Statement[] => (role === undefined ? [] : [{ sid: "TakenByAgents", why: "The role of these agents' instances.", actions: ["sts:AssumeRole"], principals: [{ type: "AWS", identifiers: [arns.iam(`role/${role}`)] }] }]);
    const trust = { plan: [...byInstance(planInstanceRole), ...byToken(subjects.plan)], release: [...byInstance(instanceRole), ...byToken(subjects.release)] };
    // A role that nobody may take is not made.
    this.plan = trust.plan.length === 0 ? undefined : new Role(this, "plan", { name: names.of("role", "jenkins-plan"), description: "Jenkins looks at what would change", trust: trust.plan, statements: plan });
    this.release = trust.release.length === 0 ? undefined : new Role(this, "release", { name: names.of("role", "jenkins-release"), description: "Jenkins releases and goes back", trust: trust.release, statements: release, maxSessionSeconds: 4 * 3600 });
  }
}

function trustsToken(providerArn: string, issuer: string, subject: string): Statement {
  const claim = (name: string): string => `${issuer.replace(/^https:\/\//, "")}:${name}`;
  return {
    sid: "TakenByToken",
    why: "The agents' own token, of this issuer and subject only.",
    actions: ["sts:AssumeRoleWithWebIdentity"],
    principals: [{ type: "Federated", identifiers: [providerArn] }],
    conditions: [
      { test: "StringEquals", variable: claim("aud"), values: ["sts.amazonaws.com"] },
      { test: "StringEquals", variable: claim("sub"), values: [subject] },
    ],
  };
}
