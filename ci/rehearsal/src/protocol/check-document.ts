import type { NormalizedSchema } from "@smithy/core/schema";
import { requiredMembers } from "./schema.ts";

/** What a request's document has that its schema does not, and the other way round. */
export interface DocumentFaults {
  /** Paths of members that the service does not have: ignored, as AWS does. */
  readonly unknown: string[];
  /** Paths of members that have to be there. */
  readonly missing: string[];
  /** Sentences about values of another type. */
  readonly wrong: string[];
}

/** Holds a parsed JSON, CBOR or query document against its schema; nothing is changed. */
export function checkDocument(schema: NormalizedSchema, document: unknown): DocumentFaults {
  const faults: DocumentFaults = { unknown: [], missing: [], wrong: [] };
  visit(schema, document, "", faults);
  return faults;
}

function visit(schema: NormalizedSchema, value: unknown, path: string, faults: DocumentFaults): void {
  const expected = typeName(schema);
  const expect = (isRight: boolean): void => {
    if (!isRight) faults.wrong.push(`${path === "" ? "the request" : path} has to be ${expected}, and is ${found(value)}`);
  };
  if (schema.isUnitSchema() || schema.isDocumentSchema()) return;
  if (schema.isStructSchema()) {
    if (!isRecord(value)) {
      expect(false);
      return;
    }
    visitStructure(schema, value, path, faults);
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) {
      expect(false);
      return;
    }
    const item = schema.getValueSchema();
    value.forEach((entry, index) => {
      visit(item, entry, `${path}[${String(index)}]`, faults);
    });
  } else if (schema.isMapSchema()) {
    if (!isRecord(value)) {
      expect(false);
      return;
    }
    const item = schema.getValueSchema();
    for (const [key, entry] of Object.entries(value)) visit(item, entry, `${path}.${key}`, faults);
  } else if (schema.isStringSchema()) expect(typeof value === "string");
  else if (schema.isBooleanSchema()) expect(typeof value === "boolean");
  else if (schema.isNumericSchema()) expect(typeof value === "number" || typeof value === "bigint");
  // A time is a number in JSON, a text in a form, and in CBOR a number with a mark.
  else if (schema.isTimestampSchema()) expect(typeof value === "number" || isRecord(value) || (typeof value === "string" && !Number.isNaN(Date.parse(value))));
  else if (schema.isBlobSchema()) expect(typeof value === "string" || value instanceof Uint8Array);
}

function visitStructure(schema: NormalizedSchema, value: Readonly<Record<string, unknown>>, path: string, faults: DocumentFaults): void {
  const at = (member: string): string => (path === "" ? member : `${path}.${member}`);
  const known = new Set<string>();
  for (const [member, memberSchema] of schema.structIterator()) {
    known.add(member);
    // AWS takes null for absent.
    if (value[member] !== undefined && value[member] !== null) visit(memberSchema, value[member], at(member), faults);
  }
  for (const member of requiredMembers(schema)) if (value[member] === undefined || value[member] === null) faults.missing.push(at(member));
  for (const member of Object.keys(value)) if (!known.has(member)) faults.unknown.push(at(member));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

function typeName(schema: NormalizedSchema): string {
  if (schema.isStructSchema() || schema.isMapSchema()) return "an object";
  if (schema.isListSchema()) return "a list";
  if (schema.isStringSchema()) return "a string";
  if (schema.isBooleanSchema()) return "true or false";
  if (schema.isNumericSchema()) return "a number";
  return schema.isTimestampSchema() ? "a time" : "a blob";
}

function found(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
