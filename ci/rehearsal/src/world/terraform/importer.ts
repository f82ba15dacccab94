import type { Parts } from "../../parts.ts";
import { operatorKey, callerOf } from "../../iam/access-keys.ts";
import { checkDocument } from "../../protocol/check-document.ts";
import { inputOf, nameOf } from "../../protocol/schema.ts";
import { services } from "../../services/registry.ts";
import { TerraformError } from "./terraform-error.ts";
import type { Values } from "./values.ts";

/** What other resources may refer to: `arn`, `id`, `name`… */
export type Attributes = Readonly<Record<string, unknown>>;

/** How a type of resource comes into the world. */
export interface Importer {
  /** The members that are read. Others are evaluated only when something refers to them. */
  readonly uses: readonly string[];
  readonly create: (values: Values, parts: Parts) => Attributes | Promise<Attributes>;
}

/** Calls a service's own operation as the operator, in the shapes of the JS SDK: its rules are those of the API. */
export async function callOperation<Output>(parts: Parts, scope: string, name: string, input: object): Promise<Output> {
  const service = await services[scope]?.load();
  const operation = service?.operations.find(({ schema }) => nameOf(schema) === name);
  if (operation === undefined) throw new TerraformError(`The rehearsal's ${scope} does not have ${name}, which this needs.`);
  const { missing, wrong, unknown } = checkDocument(inputOf(operation.schema), input);
  if (wrong[0] !== undefined) throw new TerraformError(`${name}: ${wrong[0]}.`);
  if (missing[0] !== undefined) throw new TerraformError(`${name} needs ${missing[0]}.`);
  if (unknown.length > 0) parts.timeline.add("rehearsal", "unknown-members", { service: scope, operation: name, members: unknown });
  return (await operation.run(input as never, { caller: callerOf(operatorKey.accessKeyId, parts), parts })) as Output;
}
