import { cbor, CborShapeDeserializer, CborShapeSerializer } from "@smithy/core/cbor";
import { AwsError } from "./aws-error.ts";
import type { Dialect } from "./dialect.ts";
import { errorShapeOf, outputOf } from "./schema.ts";

/** Smithy RPC v2 CBOR: `POST /service/<Service>/operation/<Operation>`; the Go SDK's CloudWatch speaks it. */

const path = /\/service\/[^/]+\/operation\/([^/]+)$/;

export const cborDialect: Dialect = {
  name: "cbor",
  operationOf: ({ path: of, headers }) => (headers["smithy-protocol"] === "rpc-v2-cbor" ? path.exec(of)?.[1] : undefined),
  parse(_schema, { body }) {
    try {
      return body.length === 0 ? {} : (cbor.deserialize(body) as unknown);
    } catch {
      throw new AwsError("SerializationException", "The request's body is not CBOR.");
    }
  },
  read: (schema, document) => new CborShapeDeserializer().readValue(schema, document) as unknown,
  respond(operation, output, _words, requestId) {
    const serializer = new CborShapeSerializer();
    serializer.write(outputOf(operation), output ?? {});
    return { status: 200, headers: headersOf(requestId), body: serializer.flush() };
  },
  fail(error, words, requestId) {
    const shape = words === undefined ? undefined : errorShapeOf(words.client, error.name);
    const status = shape?.status ?? error.status;
    return {
      status,
      headers: { ...headersOf(requestId), ...(shape === undefined ? {} : { "x-amzn-query-error": `${shape.code};${status < 500 ? "Sender" : "Receiver"}` }) },
      body: cbor.serialize({ __type: error.name, message: error.message, Message: error.message, ...error.members }),
    };
  },
};

const headersOf = (requestId: string): Record<string, string> => ({ "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor", "x-amzn-requestid": requestId });
