import { statementsOf, type Statement } from "./policies.ts";
import { faultAt, type Rule } from "./rule.ts";

const trust = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"];

/** Whoever may take a role is named: an account, a service of AWS, or a workflow of one repository. */
export const rolesTrustSomebody: Rule = {
  name: "roles-trust-somebody",
  look: (stack) =>
    statementsOf(stack)
      .filter(({ allows, actions }) => allows && actions.some((action) => trust.includes(action)))
      .flatMap((statement) => [...anybody(statement), ...(statement.actions.includes("sts:AssumeRoleWithWebIdentity") ? webIdentity(statement) : [])].map((says) => faultAt(statement.block, says))),
};

const anybody = ({ principals }: Statement): string[] => (principals.some(({ type, identifiers }) => type === "*" || identifiers.includes("*")) ? ["may be taken by anybody; a principal would do"] : []);

/** `repo:owner/*:…` takes every repository of an owner; the other claim may narrow it to one. */
const isOfSeveral = (subject: string): boolean => /^repo:[^:]*[*?]/.test(subject);

/** Of tokens that GitHub gives to everybody. */
function webIdentity({ conditions }: Statement): string[] {
  const valuesOf = (claim: string): string[] => conditions.filter(({ test, variable }) => /^(StringEquals|StringLike)$/.test(test) && variable.endsWith(`:${claim}`)).flatMap(({ values }) => values);
  const namesRepository = valuesOf("repository").length > 0 && valuesOf("repository").every((value) => !/[*?]/.test(value));
  const open = ["aud", "sub"].filter((claim) => {
    const values = valuesOf(claim);
    return values.length === 0 || values.some((value) => /^\*|^repo:\*/.test(value) || (isOfSeveral(value) && !namesRepository));
  });
  const passing = conditions.filter(({ test }) => test.startsWith("ForAllValues:") || test.endsWith("IfExists")).map(({ test }) => test);
  return [...(open.length === 0 ? [] : [`takes a token whose ${open.join(" and ")} may be anything; a condition StringEquals on it would do`]), ...passing.map((test) => `has a condition ${test}, which a token without that claim passes`)];
}
