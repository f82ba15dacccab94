import { cbor } from "@smithy/core/cbor";
import { operatorKey } from "../../src/iam/access-keys.ts";

/** Calls as other clients put them on the wire, written by hand. */
export const signature = (service: string, key: string = operatorKey.accessKeyId): Record<string, string> => ({ authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260115/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=00` });

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export async function post(url: string, headers: Readonly<Record<string, string>>, body: string | Uint8Array): Promise<Answer> {
  const response = await fetch(url, { method: "POST", headers, body: body as never });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** As botocore of 2024 and Go of 2025 sent CloudWatch's. */
export const form = async (url: string, service: string, fields: Readonly<Record<string, string>>): Promise<Answer> =>
  post(url, { ...signature(service), "content-type": "application/x-www-form-urlencoded; charset=utf-8" }, new URLSearchParams(fields).toString());

export const json = async (url: string, service: string, target: string, body: unknown): Promise<Answer> =>
  post(url, { ...signature(service), "content-type": "application/x-amz-json-1.0", "x-amz-target": target }, typeof body === "string" ? body : JSON.stringify(body));

export interface CborAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly document: Readonly<Record<string, unknown>>;
}

export async function cborCall(url: string, operation: string, body: Uint8Array): Promise<CborAnswer> {
  const response = await fetch(`${url}/service/GraniteServiceVersion20100801/operation/${operation}`, {
    method: "POST",
    headers: { ...signature("monitoring"), "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor", accept: "application/cbor" },
    body: body as never,
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, document: bytes.length === 0 ? {} : (cbor.deserialize(bytes) as Record<string, unknown>) };
}

/** A document as the Go SDK writes it: maps and lists of no stated length. */
export function goCbor(value: unknown): Uint8Array {
  if (Array.isArray(value)) return join([Uint8Array.of(0x9f), ...value.map(goCbor), Uint8Array.of(0xff)]);
  if (value instanceof Date) return join([Uint8Array.of(0xc1), cbor.serialize(value.getTime() / 1000)]);
  if (typeof value === "object" && value !== null) return join([Uint8Array.of(0xbf), ...Object.entries(value).flatMap(([key, item]) => [cbor.serialize(key), goCbor(item)]), Uint8Array.of(0xff)]);
  return cbor.serialize(value);
}

const join = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
