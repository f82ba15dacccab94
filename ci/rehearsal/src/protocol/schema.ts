import { deref, NormalizedSchema } from "@smithy/core/schema";
import type { StaticErrorSchema, StaticOperationSchema, StaticSchema } from "@smithy/types";

/**
 * What the JS clients know of each service, read as a server needs it. Their
 * schemas are arrays: `[9, namespace, name, traits, input, output]` for an
 * operation, `[3, namespace, name, traits, members, types, required]` for a
 * structure, of which the first `required` members have to be there. Internals
 * of the SDK: its version is pinned.
 */
export type OperationSchema = StaticOperationSchema;

/** A client's module: its exports that end with `$` are schemas. */
export type ClientModule = Readonly<Record<string, unknown>>;

export const nameOf = (schema: StaticSchema): string => schema[2];
export const inputOf = (schema: OperationSchema): NormalizedSchema => NormalizedSchema.of(schema[4]);
export const outputOf = (schema: OperationSchema): NormalizedSchema => NormalizedSchema.of(schema[5]);

const isSchema = (value: unknown): value is StaticSchema => Array.isArray(value) && typeof value[0] === "number" && typeof value[2] === "string";

/** Whether the real service has it, whatever we have. */
export const hasOperation = (client: ClientModule, name: string): boolean => {
  const schema = client[`${name}$`];
  return isSchema(schema) && schema[0] === 9;
};

/** The shape of an error and the code and status that its clients get; undefined for one that is in no model. */
export function errorShapeOf(client: ClientModule, name: string): { readonly schema: StaticErrorSchema; readonly code: string; readonly status: number } | undefined {
  const schema = client[`${name}$`];
  if (!isSchema(schema) || schema[0] !== -3) return undefined;
  const traits = NormalizedSchema.of(schema).getMergedTraits();
  const [code, status] = (traits["awsQueryError"] as readonly [string, number] | undefined) ?? [name, undefined];
  return { schema, code, status: status ?? Number(traits["httpError"] ?? 400) };
}

/** The members of a structure that a request has to have. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const structure = deref(schema.getSchema()) as unknown;
  return isSchema(structure) && structure[0] === 3 ? structure[4].slice(0, structure[6] ?? 0) : [];
}
