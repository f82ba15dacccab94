import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { TerraformResource } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type { Arns } from "../policies/arns.ts";
import { policyDocument, type Condition, type Statement } from "../policies/policy-document.ts";

export interface RoleProps {
  readonly name: string;
  readonly description: string;
  readonly trust: readonly Statement[];
  readonly statements: readonly Statement[];
  readonly maxSessionSeconds?: number;
  /** What it may do at most, whatever its policy says; every role of an environment has one. */
  readonly boundaryArn?: string;
}

/**
 * A role with one policy of its own and nothing attached: what it may do stands in one place.
 * What has to find the policy there, and not only the role, is told to wait for it.
 */
export class Role extends Construct {
  readonly arn: string;
  readonly name: string;
  readonly #policy: IamRolePolicy | undefined;

  constructor(scope: Construct, id: string, { name, description, trust, statements, maxSessionSeconds, boundaryArn }: RoleProps) {
    super(scope, id);
    const role = new IamRole(this, "role", {
      name,
      description,
      assumeRolePolicy: policyDocument(this, "trust", trust).json,
      ...(maxSessionSeconds === undefined ? {} : { maxSessionDuration: maxSessionSeconds }),
      ...(boundaryArn === undefined ? {} : { permissionsBoundary: boundaryArn }),
    });
    this.#policy = statements.length === 0 ? undefined : new IamRolePolicy(this, "policy", { name: "own", role: role.name, policy: policyDocument(this, "may", statements).json });
    this.arn = role.arn;
    this.name = role.name;
  }

  /** Lambda, for one, refuses a role that may not put it into the network yet. */
  isWaitedForBy(construct: IConstruct): void {
    const address = this.#policy === undefined ? undefined : `${this.#policy.terraformResourceType}.${this.#policy.friendlyUniqueId}`;
    if (address === undefined) return;
    for (const resource of construct.node.findAll()) if (TerraformResource.isTerraformResource(resource)) resource.dependsOn = [...(resource.dependsOn ?? []), address];
  }
}

/** Against a confused deputy: the service acts for this account, and no other. */
export const trustsService = (service: string, why: string, arns: Arns, conditions: readonly Condition[] = [{ test: "StringEquals", variable: "aws:SourceAccount", values: [arns.place.account] }]): Statement => ({
  sid: "TakenBy",
  why,
  actions: ["sts:AssumeRole"],
  principals: [{ type: "Service", identifiers: [service] }],
  conditions,
});
