import type { AwsError } from "../protocol/aws-error.ts";
import type { ClientModule, OperationSchema } from "../protocol/schema.ts";
import type { Caller } from "../iam/caller.ts";
import type { Parts } from "../parts.ts";

/** One thing that a caller has to be allowed to do. */
export interface Access {
  /** `ecs:DescribeServices` */
  readonly action: string;
  /** An ARN, or `*` for actions that know no resources. */
  readonly resource: string;
  /** Condition keys of the request: `ecs:cluster`, `iam:PassedToService`… */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** What an operation has to work with. */
export interface Call {
  readonly caller: Caller;
  readonly parts: Parts;
}

/** One operation of a service, in a file of its own. */
export interface Operation<Input = never, Output = unknown> {
  /** The JS client's own schema: names the operation, reads its input, writes its output. */
  readonly schema: OperationSchema;
  /** What the caller has to be allowed; decided before `run`. */
  readonly access: (input: Input, parts: Parts) => readonly Access[];
  /** Throws AwsError for what the caller is to see. */
  readonly run: (input: Input, call: Call) => Output | Promise<Output>;
}

/** Keeps input and output together with the schema's own types. */
export const operation = <Input, Output>(of: Operation<Input, Output>): Operation => of;

export interface Service {
  /** As in ARNs and actions, and the name of its folder. */
  readonly name: string;
  readonly client: ClientModule;
  /** Of services that speak the query protocol. */
  readonly xmlNamespace?: string;
  readonly operations: readonly Operation[];
  /** This service's own error for a member that has to be there, where it is not AWS's common one. */
  readonly missing?: (operation: string, member: string) => AwsError | undefined;
}
