import { AwsError } from "../protocol/aws-error.ts";
import { arnMatches, contextValues, matches, type Context } from "./pattern.ts";

type Test = (pattern: string, value: string, context: Context | undefined) => boolean;

const equals: Test = (pattern, value, context) => matches(pattern, value, context, { literal: true });
const equalsIgnoringCase: Test = (pattern, value, context) => matches(pattern, value, context, { literal: true, ignoreCase: true });
const like: Test = (pattern, value, context) => matches(pattern, value, context);

/** Each by its name in a policy; a negated one is met when none of its values is. */
const operators: Readonly<Record<string, { readonly test: Test; readonly isNegated?: true }>> = {
  StringEquals: { test: equals },
  StringNotEquals: { test: equals, isNegated: true },
  StringEqualsIgnoreCase: { test: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { test: equalsIgnoringCase, isNegated: true },
  StringLike: { test: like },
  StringNotLike: { test: like, isNegated: true },
  ArnEquals: { test: arnMatches },
  ArnLike: { test: arnMatches },
  ArnNotEquals: { test: arnMatches, isNegated: true },
  ArnNotLike: { test: arnMatches, isNegated: true },
  Bool: { test: (pattern, value) => pattern.toLowerCase() === value.toLowerCase() },
};

interface Operator {
  readonly test: Test;
  readonly isNegated: boolean;
  /** A key that the request does not have meets it. */
  readonly ifExists: boolean;
  readonly over?: "ForAnyValue" | "ForAllValues";
  /** `Null`: whether the request lacks the key. */
  readonly isNull: boolean;
}

/** Throws AwsError for an operator that is not known: a condition that cannot be judged is never taken for met. */
export function operatorOf(name: string, of: string): Operator {
  const [, over, base, ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const known = base === "Null" ? operators["Bool"] : operators[base ?? ""];
  if (known === undefined) {
    throw new AwsError("NotImplemented", `The rehearsal does not know the condition operator ${name} in the policy of ${of}. It would be in ci/rehearsal/src/iam/conditions.ts.`, { status: 501 });
  }
  return { test: known.test, isNegated: known.isNegated === true, ifExists: ifExists !== undefined, isNull: base === "Null", ...(over === undefined ? {} : { over: over as "ForAnyValue" | "ForAllValues" }) };
}

/** All operators and all keys have to be met; of a key's values one is enough. */
export function meetsConditions(conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>, context: Context, hasVariables: boolean, of: string): boolean {
  return Object.entries(conditions).every(([name, keys]) => {
    const operator = operatorOf(name, of);
    return Object.entries(keys).every(([key, wanted]) => meets(operator, wanted, contextValues(context, key), hasVariables ? context : undefined));
  });
}

function meets({ test, isNegated, ifExists, over, isNull }: Operator, wanted: readonly string[], values: readonly string[] | undefined, context: Context | undefined): boolean {
  if (isNull) return wanted.some((want) => (want.toLowerCase() === "true") === (values === undefined));
  if (values === undefined || values.length === 0) return ifExists || over === "ForAllValues" || (over === undefined && isNegated);
  const meetsOne = (value: string): boolean => wanted.some((want) => test(want, value, context)) !== isNegated;
  // Of a key with several values and no word on which, a negated operator has to hold for each.
  return over === "ForAllValues" || (over === undefined && isNegated) ? values.every(meetsOne) : values.some(meetsOne);
}
