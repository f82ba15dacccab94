import { isCertain, resources, type Stack } from "./references.ts";
import { readTrust, type TrustStatement } from "./trust-policy.ts";

/** What keeps a pipeline from working without keys that live long; nothing when it needs none. */
export function federatedIdentityProblems(stacks: readonly Stack[]): string[] {
  const keys = stacks.flatMap((stack) => resources(stack, "aws_iam_access_key")).map(({ address }) => `${address} is a key that lives until somebody deletes it`);
  const providers = stacks.flatMap((stack) => stack.blocks.filter(({ type }) => type === "aws_iam_openid_connect_provider")).filter(isCertain);
  if (providers.length === 0) return [...keys, "there is no aws_iam_openid_connect_provider"];
  const roles = stacks.flatMap((stack) => resources(stack, "aws_iam_role").map((role) => ({ role, trust: readTrust(role, stack) })));
  const unreadable = roles.filter(({ trust }) => trust === "unreadable").map(({ role }) => `the trust policy of ${role.address} is known only when it is applied: write it as JSON or as an aws_iam_policy_document`);
  const federated = roles.flatMap(({ role, trust }) => (trust === "unreadable" ? [] : trust.filter(isFederated).map((statement) => ({ role, statement }))));
  const none = federated.length === 0 && unreadable.length === 0 ? ["no aws_iam_role trusts the OIDC provider"] : [];
  const open = federated.filter(({ statement }) => !namesItsSubject(statement)).map(({ role }) => `${role.address} trusts the OIDC provider without a condition on sub that names one repository`);
  return [...keys, ...unreadable, ...none, ...open];
}

/** An account's own web identities (Cognito and the like) are no pipelines. */
const isFederated = (statement: TrustStatement): boolean =>
  statement.effect === "Allow" &&
  statement.actions.some((action) => /^(\*|sts:(\*|AssumeRole\*|AssumeRoleWithWebIdentity))$/i.test(action)) &&
  statement.federated.some((principal) => principal === "*" || /oidc-provider\/|aws_iam_openid_connect_provider\./.test(principal));

/** IfExists, and ForAllValues of nothing, are met by whoever has no subject. */
const namesItsSubject = (statement: TrustStatement): boolean =>
  statement.conditions.some(
    ({ test, variable, values }) =>
      variable.toLowerCase().endsWith(":sub") &&
      ["StringEquals", "StringLike"].includes(test.replace(/^ForAnyValue:/, "")) &&
      values.length > 0 &&
      values.every((value) => (test.endsWith("StringEquals") ? value !== "" : beginsWithAName(value))),
  );

/** GitHub's subjects are `repo:<owner>/<repository>:…`; a star in the first two would let in other people's. */
const beginsWithAName = (pattern: string): boolean => (pattern.startsWith("repo:") ? /^repo:[^*?/:]+\/[^*?/:]+:/.test(pattern) : /^[^*?]{8,}/.test(pattern));
