import { gunzipSync } from "node:zlib";
import { AwsError } from "../protocol/aws-error.ts";

/** The body as it was before the client compressed it, as the SDKs do with more than 10 KiB of PutMetricData. Undefined stands for one that was too long. */
export function plainBody(sent: Uint8Array | undefined, encoding: string | undefined, longest: number): Uint8Array {
  if (sent === undefined) throw tooLong();
  if (encoding !== "gzip") return sent;
  try {
    return gunzipSync(sent, { maxOutputLength: longest });
  } catch (error) {
    throw error instanceof RangeError ? tooLong() : new AwsError("SerializationException", "The request's body is not gzip, as its Content-Encoding says.");
  }
}

const tooLong = (): AwsError => new AwsError("RequestEntityTooLarge", "The request is over 1 MiB, which is the longest that AWS takes.", { status: 413 });
