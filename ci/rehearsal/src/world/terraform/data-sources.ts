import type { Parts } from "../../parts.ts";
import { TerraformError } from "./terraform-error.ts";
import type { Attributes } from "./importer.ts";
import type { Values } from "./values.ts";

/** Data sources whose answer follows from the world; of networks there is the default VPC, a name like all of them. */
export const dataSources: Readonly<Record<string, (values: Values, parts: Parts) => Attributes>> = {
  aws_caller_identity: (_values, { world }) => ({ account_id: world.account, id: world.account, arn: `arn:aws:iam::${world.account}:user/operator` }),
  aws_region: (_values, { world }) => ({ name: world.region, region: world.region, id: world.region }),
  aws_partition: () => ({ partition: "aws", id: "aws", dns_suffix: "amazonaws.com" }),
  aws_availability_zones: (_values, { world }) => ({ names: ["a", "b", "c"].map((zone) => `${world.region}${zone}`) }),
  aws_vpc: () => ({ id: "vpc-0default", cidr_block: "172.31.0.0/16" }),
  aws_subnets: () => ({ ids: ["a", "b", "c"].map((zone) => `subnet-0default${zone}`) }),
  aws_iam_policy_document: (values) => ({ json: JSON.stringify(policyOf(values)) }),
};

function policyOf(values: Values): object {
  for (const name of ["source_policy_documents", "override_policy_documents"]) if (values.texts(name).length > 0) throw new TerraformError(`${values.where}: the rehearsal does not read ${name}.`);
  return { Version: values.maybeText("version") ?? "2012-10-17", Statement: values.blocks("statement").map(statementOf) };
}

function statementOf(statement: Values): object {
  const list = (name: string): string[] | undefined => (statement.raw[name] === undefined || statement.raw[name] === null ? undefined : statement.texts(name));
  if (statement.blocks("not_principals").length > 0) throw new TerraformError(`${statement.where}: the rehearsal does not read not_principals.`);
  const conditions: Record<string, Record<string, string[]>> = {};
  for (const condition of statement.blocks("condition")) {
    const test = (conditions[condition.text("test")] ??= {});
    test[condition.text("variable")] = condition.texts("values");
  }
  const members = {
    Sid: statement.maybeText("sid"),
    Effect: statement.maybeText("effect") ?? "Allow",
    Action: list("actions"),
    NotAction: list("not_actions"),
    Resource: list("resources"),
    NotResource: list("not_resources"),
    Principal: principalOf(statement.blocks("principals")),
    Condition: Object.keys(conditions).length === 0 ? undefined : conditions,
  };
  return members;
}

function principalOf(principals: readonly Values[]): unknown {
  if (principals.length === 0) return undefined;
  if (principals.some((principal) => principal.text("type") === "*")) return "*";
  return Object.fromEntries(principals.map((principal) => [principal.text("type"), principal.texts("identifiers")]));
}
