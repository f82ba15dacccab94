import { XmlNode } from "@aws-sdk/xml-builder";
import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import { JsonShapeDeserializer2 } from "@smithy/core/protocols";
import type { AwsError } from "./aws-error.ts";
import type { Dialect, ServiceWords } from "./dialect.ts";
import { readQueryForm } from "./query-form.ts";
import { errorShapeOf, nameOf, outputOf } from "./schema.ts";

/** The query protocol: a form with `Action`, answered in XML. */

const reader = new JsonShapeDeserializer2({ timestampFormat: { useTrait: true, default: 5 }, jsonName: false });

const formOf = (body: Uint8Array): URLSearchParams => new URLSearchParams(new TextDecoder().decode(body));

export const queryDialect: Dialect = {
  name: "query",
  operationOf: ({ headers, body }) => (headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true ? (formOf(body).get("Action") ?? undefined) : undefined),
  parse: (schema, { body }) => readQueryForm(schema, formOf(body)),
  read: (schema, document) => reader.readObject(schema, document as never) as unknown,
  respond(operation, output, words, requestId) {
    const name = nameOf(operation);
    const response = new XmlNode(`${name}Response`);
    const result = resultOf(operation, output, words);
    // Once written, XML is text: it goes in by a mark of its own.
    response.addChildNode(new XmlNode("Result"));
    response.addChildNode(metadata(requestId));
    const xml = response.addAttribute("xmlns", words.xmlNamespace ?? "").toString();
    return { status: 200, headers: headersOf(requestId), body: xml.replace("<Result/>", () => (result === undefined ? "" : renamed(result, `${name}Result`))) };
  },
  fail(error, words, requestId) {
    const { code, status } = codeOf(error, words);
    const inner = new XmlNode("Error");
    inner.addChildNode(XmlNode.of("Type", status < 500 ? "Sender" : "Receiver"));
    inner.addChildNode(XmlNode.of("Code", code));
    inner.addChildNode(XmlNode.of("Message", error.message));
    const response = new XmlNode("ErrorResponse", [inner, XmlNode.of("RequestId", requestId)]).addAttribute("xmlns", words?.xmlNamespace ?? "");
    return { status, headers: headersOf(requestId), body: response.toString() };
  },
};

const headersOf = (requestId: string): Record<string, string> => ({ "content-type": "text/xml", "x-amzn-requestid": requestId });

const codeOf = (error: AwsError, words: ServiceWords | undefined): { code: string; status: number } => (words === undefined ? undefined : errorShapeOf(words.client, error.name)) ?? { code: error.name, status: error.status };

function resultOf(operation: Parameters<Dialect["respond"]>[0], output: unknown, words: ServiceWords): string | undefined {
  const schema = outputOf(operation);
  if (schema.isUnitSchema()) return undefined;
  const serializer = new XmlShapeSerializer({ timestampFormat: { useTrait: true, default: 5 }, xmlNamespace: "", serviceNamespace: words.xmlNamespace ?? "" });
  serializer.write(schema, output ?? {});
  return String(serializer.flush());
}

/** The serializer names the root for its shape; the protocol wants the operation's name. */
const renamed = (xml: string, name: string): string => xml.replace(/^<([^\s/>]+)/, `<${name}`).replace(/<\/[^<>]+>$/, `</${name}>`);

function metadata(requestId: string): XmlNode {
  const node = new XmlNode("ResponseMetadata");
  node.addChildNode(XmlNode.of("RequestId", requestId));
  return node;
}
