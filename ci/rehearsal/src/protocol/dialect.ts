import type { NormalizedSchema } from "@smithy/core/schema";
import type { ClientModule, OperationSchema } from "./schema.ts";
import type { AwsError } from "./aws-error.ts";

/** A request as it came, with its whole body. Header names are in lower case. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** What a dialect has to know of the service beside schemas. */
export interface ServiceWords {
  readonly client: ClientModule;
  /** Of its XML; only services that speak the query protocol have one. */
  readonly xmlNamespace?: string;
}

/** One of AWS's ways to put a call on the wire. */
export interface Dialect {
  readonly name: "json" | "query" | "cbor";
  /** The name of the operation that a request is for; undefined when it is not of this dialect. */
  readonly operationOf: (request: WireRequest) => string | undefined;
  /** The document as plain values, to be held against the schema. Throws AwsError when it cannot be read. */
  readonly parse: (schema: NormalizedSchema, request: WireRequest) => unknown;
  /** The same as the typed input of the JS client's own model. */
  readonly read: (schema: NormalizedSchema, document: unknown) => unknown;
  readonly respond: (operation: OperationSchema, output: unknown, words: ServiceWords, requestId: string) => WireResponse;
  readonly fail: (error: AwsError, words: ServiceWords | undefined, requestId: string) => WireResponse;
}
