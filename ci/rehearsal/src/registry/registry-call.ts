import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../iam/caller.ts";
import { authorise } from "../iam/authorise.ts";
import type { Parts } from "../parts.ts";
import { repositoryArn } from "../services/ecr/state.ts";
import type { BlobStore } from "./blob-store.ts";
import { RegistryError } from "./registry-error.ts";

/** One request to the registry, by somebody who is known. */
export interface RegistryCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly parts: Parts;
  readonly store: BlobStore;
  readonly caller: Caller;
  /** A valid name; whether there is such a repository is not known yet. */
  readonly repositoryName: string;
  /** The last part of the path: a tag, a digest, the id of an upload. */
  readonly reference: string;
}

/** Each step of a push or pull is an action of ECR's API, and judged as that. Throws AwsError. */
export function mayDo({ caller, parts, repositoryName }: RegistryCall, ...actions: readonly string[]): void {
  authorise(caller, actions.map((action) => ({ action: `ecr:${action}`, resource: repositoryArn(parts, repositoryName) })), parts);
}

export function answer(response: ServerResponse, status: number, headers: Readonly<Record<string, string | number>> = {}): void {
  response.writeHead(status, { "content-length": 0, ...headers }).end();
}

export const unsupported = (what: string): RegistryError => new RegistryError(405, "UNSUPPORTED", `The rehearsal's registry does not take ${what}`);
