import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentConfig } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js";
import type { Construct } from "constructs";

export interface Condition {
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}

export interface Statement {
  readonly sid: string;
  /** One line for the reviewer; stands in the synthesised document too. */
  readonly why: string;
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  /** Absent in a role's trust. */
  readonly resources?: readonly string[];
  readonly conditions?: readonly Condition[];
  readonly principals?: readonly { readonly type: "AWS" | "Service" | "Federated" | "*"; readonly identifiers: readonly string[] }[];
}

/** A policy whose statements each say why they are there. */
export function policyDocument(scope: Construct, id: string, statements: readonly Statement[]): DataAwsIamPolicyDocument {
  return new ReasonedPolicyDocument(scope, id, statements);
}

/** Keeps the reasons beside the path that CDKTF notes: Terraform ignores them, people read them. */
class ReasonedPolicyDocument extends DataAwsIamPolicyDocument {
  readonly #why: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, statements: readonly Statement[]) {
    super(scope, id, blocksOf(statements));
    this.#why = Object.fromEntries(statements.map(({ sid, why }) => [sid, why]));
  }

  override get constructNodeMetadata(): Record<string, unknown> {
    return { ...super.constructNodeMetadata, why: this.#why };
  }
}

function blocksOf(statements: readonly Statement[]): DataAwsIamPolicyDocumentConfig {
  return {
    version: "2012-10-17",
    statement: statements.map(({ sid, effect, actions, resources, conditions, principals }) => ({
      sid,
      ...(effect === undefined ? {} : { effect }),
      actions: [...actions],
      ...(resources === undefined ? {} : { resources: [...resources] }),
      ...(conditions === undefined || conditions.length === 0 ? {} : { condition: conditions.map(({ test, variable, values }) => ({ test, variable, values: [...values] })) }),
      ...(principals === undefined ? {} : { principals: principals.map(({ type, identifiers }) => ({ type, identifiers: [...identifiers] })) }),
    })),
  };
}

/** Nothing reaches a bucket, a topic or a queue without TLS. */
export const onlyByTls = (actions: readonly string[], resources: readonly string[]): Statement => ({
  sid: "OnlyByTls",
  why: "Nobody reads or writes it in the clear.",
  effect: "Deny",
  actions,
  resources,
  principals: [{ type: "*", identifiers: ["*"] }],
  conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
});
