import { JsonShapeDeserializer2, JsonShapeSerializer2 } from "@smithy/core/protocols";
import { AwsError } from "./aws-error.ts";
import type { Dialect } from "./dialect.ts";
import { errorShapeOf, outputOf } from "./schema.ts";

/** AWS JSON 1.0 and 1.1: `x-amz-target: <Service>.<Operation>`. */

const settings = { timestampFormat: { useTrait: true, default: 7 }, jsonName: false } as const;
const reader = new JsonShapeDeserializer2(settings);

export const jsonDialect: Dialect = {
  name: "json",
  operationOf: ({ headers }) => headers["x-amz-target"]?.split(".").at(-1),
  parse(_schema, { body }) {
    const text = new TextDecoder().decode(body);
    try {
      return text === "" ? {} : (JSON.parse(text) as unknown);
    } catch {
      throw new AwsError("SerializationException", "The request's body is not JSON.");
    }
  },
  read: (schema, document) => reader.readObject(schema, document as never) as unknown,
  respond(operation, output, _words, requestId) {
    const serializer = new JsonShapeSerializer2(settings);
    serializer.write(outputOf(operation), output ?? {});
    return { status: 200, headers: headersOf(requestId), body: serializer.flush() };
  },
  fail(error, words, requestId) {
    const shape = words === undefined ? undefined : errorShapeOf(words.client, error.name);
    const status = shape?.status ?? error.status;
    const queryError = shape !== undefined && words?.xmlNamespace !== undefined ? { "x-amzn-query-error": `${shape.code};${status < 500 ? "Sender" : "Receiver"}` } : {};
    // Models differ in how they write the member, and clients take either.
    return { status, headers: { ...headersOf(requestId), ...queryError }, body: JSON.stringify({ __type: error.name, message: error.message, Message: error.message, ...error.members }) };
  },
};

const headersOf = (requestId: string): Record<string, string> => ({ "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId });
