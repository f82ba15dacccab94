import { z } from "zod";
import { statementsOf, type PermissionInputs } from "../src/release/permissions.ts";

const worldSchema = z.looseObject({ data: z.looseObject({ aws_iam_policy_document: z.looseObject({ deployer: z.looseObject({ statement: z.array(z.unknown()) }) }) }) });

/** The world of a rehearsal, in which whoever releases may do what a release needs, and no more. */
export function withDeployerPolicy(world: string, inputs: PermissionInputs): string {
  const parsed = worldSchema.parse(JSON.parse(world));
  const { deployer } = parsed.data.aws_iam_policy_document;
  const here = { ...inputs, account: "${data.aws_caller_identity.current.account_id}", region: "${data.aws_region.current.region}", partition: "aws" };
  deployer.statement = statementsOf("deploy", here).map(({ sid, actions, resources, conditions }) => ({ sid, actions, resources, ...(conditions.length === 0 ? {} : { condition: conditions }) }));
  return `${JSON.stringify(parsed, null, 2)}\n`;
}
