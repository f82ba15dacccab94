import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { Construct } from "constructs";
import type { Arns } from "../policies/arns.ts";
import { policyDocument, type Statement } from "../policies/policy-document.ts";

export interface DataKeyProps {
  /** Alias, without `alias/`. */
  readonly name: string;
  readonly description: string;
  readonly arns: Arns;
  /** Services that use it in their own name; people and roles get it by IAM. */
  readonly statements: readonly Statement[];
}

/** A key of the account's own, turned once a year. In its policy `*` is the key itself. */
export class DataKey extends Construct {
  readonly arn: string;
  readonly aliasName: string;

  constructor(scope: Construct, id: string, { name, description, arns, statements }: DataKeyProps) {
    super(scope, id);
    const policy = policyDocument(this, "policy", [
      { sid: "TheAccountOwnsIt", why: "Without this nobody could ever change the key again; who may use it, IAM decides.", actions: ["kms:*"], resources: ["*"], principals: [{ type: "AWS", identifiers: [arns.iam("root")] }] },
      ...statements,
    ]);
    const key = new KmsKey(this, "key", { description, enableKeyRotation: true, deletionWindowInDays: 30, policy: policy.json });
    this.arn = key.arn;
    this.aliasName = new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId }).name;
  }
}

/** CloudWatch Logs encrypts the groups of one account and region whose names begin so. */
export const logsUseIt = (arns: Arns, groups: readonly string[]): Statement => ({
  sid: "LogsUseIt",
  why: "CloudWatch Logs encrypts and reads these groups, and no others.",
  actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"],
  resources: ["*"],
  principals: [{ type: "Service", identifiers: [`logs.${arns.place.region}.amazonaws.com`] }],
  conditions: [{ test: "ArnLike", variable: "kms:EncryptionContext:aws:logs:arn", values: groups.map((group) => arns.of("logs", `log-group:${group}`)) }],
});

/** A service that sends to an encrypted topic or bucket needs the key itself. */
export const serviceSendsWithIt = (sid: string, service: string, why: string, account: string): Statement => ({
  sid,
  why,
  actions: ["kms:Decrypt", "kms:GenerateDataKey"],
  resources: ["*"],
  principals: [{ type: "Service", identifiers: [service] }],
  conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account] }],
});
