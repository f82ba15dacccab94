import { z } from "zod";
import { ReleaseError } from "../release-error.ts";
import type { AwsTarget } from "./clients.ts";

/** What kind of failure a call of the SDK ended in. */
export type AwsFailure = "no-credentials" | "expired" | "bad-key" | "denied" | "unreachable" | "throttled" | "other";

const kinds: readonly (readonly [AwsFailure, readonly string[]])[] = [
  ["no-credentials", ["CredentialsProviderError", "TokenProviderError", "MissingAuthenticationToken", "MissingAuthenticationTokenException"]],
  ["expired", ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"]],
  ["bad-key", ["UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidAccessKeyId", "AuthFailure", "OptInRequired"]],
  ["denied", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"]],
  ["throttled", ["Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException"]],
  ["unreachable", ["TimeoutError", "NetworkingError", "ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "EPIPE", "ECONNABORTED"]],
];

/** Told by the error's name, or the code of the machine's own network. */
export function failureOf(error: unknown): AwsFailure {
  const names = [nameOf(error), codeOf(error)];
  return kinds.find(([, known]) => names.some((name) => name !== undefined && known.includes(name)))?.[0] ?? "other";
}

const answeredSchema = z.object({ $metadata: z.object({ httpStatusCode: z.number().min(400).max(499), attempts: z.number().optional() }) });

/**
 * AWS has answered and said no, so that nothing was done. Not so when the SDK
 * had tried before: then the answer to the first try may have been lost, and
 * what was asked for be done.
 */
export function isCertainRefusal(error: unknown): boolean {
  if (failureOf(error) === "no-credentials") return true;
  const answered = answeredSchema.safeParse(error);
  return answered.success && (answered.data.$metadata.attempts ?? 1) === 1;
}

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

/** The action that was refused, as AWS's own sentence has it; undefined when it does not say. */
export function refusedAction(error: unknown): string | undefined {
  return /is not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9*]+)/.exec(messageOf(error))?.[1];
}

/** Who was refused. */
const principalOf = (error: unknown): string | undefined => /User: (\S+) is not authorized/.exec(messageOf(error))?.[1];

export interface Asked {
  readonly target: AwsTarget;
  /** The IAM action of the call, where AWS's answer names none: `ecs:DescribeServices`. */
  readonly action: string;
  /** The state that things are in now, a whole sentence. */
  readonly state: string;
}

/** Says what an error of the SDK means, and what to do. A ReleaseError goes through as it is. */
export function releaseErrorOf(error: unknown, asked: Asked): ReleaseError {
  if (error instanceof ReleaseError) return error;
  const { target, state } = asked;
  const action = refusedAction(error) ?? asked.action;
  const where = target.endpoint === undefined ? `AWS in ${target.region}` : `the rehearsal at ${target.endpoint}`;
  switch (failureOf(error)) {
    case "no-credentials":
      return new ReleaseError("NO_CREDENTIALS", `There are no credentials for AWS. ${state}`, "Log in (aws sso login), set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; a CI server takes on its role by OIDC.", error);
    case "expired":
      return new ReleaseError("NO_CREDENTIALS", `The credentials have expired. ${state}`, "Log in again and run the same command: it takes up where this one ended.", error);
    case "bad-key":
      return new ReleaseError("NO_CREDENTIALS", `${upper(where)} does not know this access key (${nameOf(error)}). ${state}`, target.endpoint === undefined ? `Look whether the key is still active, and whether the account has ${target.region} enabled.` : "A rehearsal takes only its own keys: start it anew, or take on the role again.", error);
    case "denied":
      return new ReleaseError("ACCESS_DENIED", `${principalOf(error) ?? "The caller"} may not do ${action}${resourceOf(error)}. ${state}`, `Allow ${action} in the role's policy; docs/permissions.md has the whole policy that a release needs.`, error);
    case "throttled":
      return new ReleaseError("AWS_FAILED", `${upper(where)} refused ${action} again and again because there were too many calls. ${state}`, "Wait a minute and run the same command again.", error);
    case "unreachable":
      return new ReleaseError(
        "ENDPOINT_UNREACHABLE",
        `${upper(where)} does not answer (${codeOf(error) ?? nameOf(error)}). ${state}`,
        target.endpoint === undefined ? `Look at the network and at the region: ${target.region} has to be one that exists.` : "Start a rehearsal, or correct the address in AWS_ENDPOINT_URL.",
        error,
      );
    case "other":
      return new ReleaseError("AWS_FAILED", `${action} failed: ${nameOf(error)}: ${messageOf(error)} ${state}`, "If it is not clear what to mend, run the same command again: it looks before it does anything.", error);
  }
}

/** Somebody stopped this run while AWS was asked to do something: it may have been done all the same. */
export const interruptedAct = (what: string, unknown: string, next: string, error: unknown): ReleaseError => new ReleaseError("LOST_SIGHT", `Interrupted when ${what}: it is not known ${unknown}, and traffic may move.`, `Look with \`status\`; ${next}`, error);

export const messageOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
};

const resourceOf = (error: unknown): string => {
  const resource = /on resource: (\S+)/.exec(messageOf(error))?.[1]?.replace(/\.$/, "");
  return resource === undefined || resource === "*" ? "" : ` on ${resource}`;
};

/** A connection that could not be made names its reason in a code, sometimes of each address that was tried. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error.cause === undefined ? undefined : codeOf(error.cause);
}

const upper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
