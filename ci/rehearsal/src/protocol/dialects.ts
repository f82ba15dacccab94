import { cborDialect } from "./cbor-dialect.ts";
import type { Dialect, WireRequest } from "./dialect.ts";
import { jsonDialect } from "./json-dialect.ts";
import { queryDialect } from "./query-dialect.ts";

/** By the headers alone, so that a body that cannot be read, or was too long, is answered in a form that its client reads. */
export function dialectOf(headers: WireRequest["headers"]): Dialect {
  if (headers["smithy-protocol"] === "rpc-v2-cbor") return cborDialect;
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  return isForm && headers["x-amz-target"] === undefined ? queryDialect : jsonDialect;
}
