import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { Construct } from "constructs";
import type { Application } from "../../settings/application.ts";
import type { Account } from "../../settings/resolve.ts";
import type { Arns } from "../policies/arns.ts";
import { policyDocument } from "../policies/policy-document.ts";
import { boundaryStatements } from "./boundary-statements.ts";

const boundaryName = (project: string): string => `${project}-boundary`;

/** The environments' stacks and the apply role know it by its name. */
export const boundaryArn = (arns: Arns, { project }: Application): string => arns.iam(`policy/${boundaryName(project)}`);

/**
 * What any role of an environment may do at most. CI's apply role makes such roles and
 * their policies: without this, whoever may apply could make itself an administrator.
 */
export class Boundary extends Construct {
  constructor(scope: Construct, id: string, { account, arns }: { readonly account: Account; readonly arns: Arns }) {
    super(scope, id);
    new IamPolicy(this, "policy", { name: boundaryName(account.application.project), description: "What a role of an environment may do at most", policy: policyDocument(this, "may", boundaryStatements(account, arns)).json });
  }
}
