import { authorise } from "../iam/authorise.ts";
import { callerOf } from "../iam/access-keys.ts";
import type { Caller } from "../iam/caller.ts";
import type { Parts } from "../parts.ts";
import { AwsError } from "../protocol/aws-error.ts";
import { checkDocument } from "../protocol/check-document.ts";
import type { Dialect, WireRequest, WireResponse } from "../protocol/dialect.ts";
import { dialectOf } from "../protocol/dialects.ts";
import { hasOperation, inputOf, nameOf } from "../protocol/schema.ts";
import { serviceSignedAs } from "../services/registry.ts";
import type { Operation, Service } from "../services/service.ts";
import { credentialScope } from "./credential-scope.ts";
import { isOwnTool } from "./own-tool.ts";
import { HangUp, strikeCall } from "./struck-call.ts";

/** Without a signature, because the web identity is what it proves itself by. */
const unsigned = new Set(["AssumeRoleWithWebIdentity"]);

/** Answers a call to any of the services. Never throws for what the caller did; HangUp when a fault cuts the connection. */
export async function answerCall(request: WireRequest, parts: Parts): Promise<WireResponse> {
  const requestId = parts.ids.uuid();
  const dialect = dialectOf(request.headers);
  const name = dialect.operationOf(request);
  let service: Service | undefined;
  try {
    const scope = credentialScope(request.headers["authorization"]);
    // Of a service that the rehearsal has not, the names of operations may be anywhere: S3 has none.
    if (name === undefined && scope !== undefined && serviceSignedAs(scope.service) === undefined) throw noService(scope.service);
    if (name === undefined) throw new AwsError("UnknownOperationException", "The request names no operation: it has neither X-Amz-Target, nor Action in a form, nor an operation in its path.");
    const found = await serviceOf(scope?.service ?? (unsigned.has(name) ? "sts" : undefined), name);
    service = found.service;
    const caller = scope === undefined ? anonymous : callerOf(scope.accessKeyId, parts);
    if (!isOwnTool(request.headers, caller)) strikeCall(parts, found, name);
    const operation = operationOf(found, name);
    const input = readInput(dialect, operation, request, service, parts, caller);
    authorise(caller, operation.access(input, parts), parts);
    const output = await operation.run(input, { caller, parts });
    parts.timeline.add(`caller:${caller.arn}`, "call", { service: service.name, operation: name });
    parts.world.changed();
    return dialect.respond(operation.schema, output, service, requestId);
  } catch (error) {
    if (error instanceof HangUp) throw error;
    const shown = error instanceof AwsError ? error : internal(error, parts);
    parts.timeline.add("api", "refused", { service: service?.name ?? "unknown", operation: name ?? "unknown", error: shown.name, message: shown.message });
    return dialect.fail(shown, service, requestId);
  }
}

const anonymous: Caller = { arn: "anonymous", userId: "anonymous", accessKeyId: "" };

async function serviceOf(scope: string | undefined, operation: string): Promise<{ readonly service: Service; readonly folder: string }> {
  if (scope === undefined) throw new AwsError("MissingAuthenticationToken", "The request is not signed: it has no Authorization header of Signature Version 4.", { status: 403 });
  const known = serviceSignedAs(scope);
  if (known === undefined) throw noService(scope, operation);
  return { service: await known.load(), folder: known.folder };
}

const noService = (scope: string, operation?: string): AwsError =>
  new AwsError("NotImplemented", `The rehearsal has no service ${scope}${operation === undefined ? "" : ` (asked for ${operation})`}. It would be a folder ci/rehearsal/src/services/${scope}.`, { status: 501 });

function operationOf({ service, folder }: { readonly service: Service; readonly folder: string }, name: string): Operation {
  const found = service.operations.find(({ schema }) => nameOf(schema) === name);
  if (found !== undefined) return found;
  if (!hasOperation(service.client, name)) throw new AwsError("UnknownOperationException", `${service.name} has no operation ${name}.`);
  const file = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
  throw new AwsError("NotImplemented", `The rehearsal's ${service.name} does not have ${name}. It would be the file ci/rehearsal/src/services/${folder}/operations/${file}.ts.`, { status: 501 });
}

function readInput(dialect: Dialect, operation: Operation, request: WireRequest, service: Service, parts: Parts, caller: Caller): never {
  const schema = inputOf(operation.schema);
  const document = dialect.parse(schema, request);
  const { unknown, missing, wrong } = checkDocument(schema, document);
  const name = nameOf(operation.schema);
  // AWS ignores them; a person who has misspelt one should see it all the same.
  if (unknown.length > 0) parts.timeline.add(`caller:${caller.arn}`, "unknown-members", { service: service.name, operation: name, members: unknown });
  if (wrong[0] !== undefined) throw new AwsError("SerializationException", `${name}: ${wrong[0]}.`);
  if (missing[0] !== undefined) throw service.missing?.(name, missing[0]) ?? new AwsError("ValidationException", `1 validation error detected: Value at '${missing[0]}' failed to satisfy constraint: Member must not be null`);
  try {
    return dialect.read(schema, document) as never;
  } catch (error) {
    // A time in another form, a number out of its range.
    throw new AwsError("SerializationException", `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A defect of the rehearsal: said so, with its place, and the rest goes on. */
function internal(error: unknown, parts: Parts): AwsError {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  parts.timeline.add("rehearsal", "defect", { stack });
  return new AwsError("InternalFailure", `The rehearsal itself failed; this says nothing of the release. ${error instanceof Error ? error.message : String(error)}`, { status: 500 });
}
