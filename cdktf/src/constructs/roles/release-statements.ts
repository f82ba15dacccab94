import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Environment } from "../../settings/resolve.ts";
import type { Statement } from "../policies/policy-document.ts";

/**
 * What the pipeline does in AWS, as the pipeline itself says: cdktf/permissions.json is
 * made from its code, and so is docs/permissions.md. Here the placeholders get their names.
 */
const file = join(import.meta.dirname, "..", "..", "..", "permissions.json");

const statementSchema = z.strictObject({
  sid: z.string(),
  why: z.string(),
  actions: z.array(z.string()).min(1),
  resources: z.array(z.string()).min(1),
  conditions: z.array(z.strictObject({ test: z.string(), variable: z.string(), values: z.array(z.string()).min(1) })),
});
const permissionsSchema = z.object({ roles: z.object({ plan: z.object({ statements: z.array(statementSchema) }), deploy: z.object({ statements: z.array(statementSchema) }) }) });

export type PipelineRole = "plan" | "deploy";

/** For all environments of an account: a statement once, with each environment's resources. */
export function releaseStatements(role: PipelineRole, environments: readonly Environment[]): Statement[] {
  const { roles } = permissionsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  return roles[role].statements.flatMap(({ sid, why, actions, resources, conditions }): Statement[] => {
    const filled = spread(resources, environments);
    if (filled.length === 0) return [];
    return [{ sid, why, actions, resources: filled, conditions: conditions.map(({ test, variable, values }) => ({ test, variable, values: spread(values, environments) })) }];
  });
}

const spread = (texts: readonly string[], environments: readonly Environment[]): string[] => [...new Set(environments.flatMap((environment) => texts.flatMap((text) => fill(text, environment))))];

/** One text for each item of the list that it names; none for an empty list. */
function fill(text: string, environment: Environment): string[] {
  const { partition, region, account, release, repositories, application, names } = environment;
  const values: Readonly<Record<string, string>> = { partition, account: account.id, region, ...release };
  const lists: Readonly<Record<string, readonly string[]>> = {
    repository: Object.values(repositories),
    secret: Object.values(application.release.secrets),
    logGroup: [application.release.values["LOG_GROUP"] ?? `/ecs/${names.prefix}`],
  };
  const [, list = ""] = /\{(repository|secret|logGroup)\}/.exec(text) ?? [];
  const items = lists[list] ?? [""];
  return items.map((item) =>
    text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
      const value = name === list ? item : values[name];
      if (value === undefined) throw new Error(`cdktf/permissions.json names ${whole}, which the infrastructure does not know; release-statements.ts would give it a value.`);
      return value;
    }),
  );
}
