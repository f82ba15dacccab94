import type { Json } from "../have.ts";

/** A JSON value that knows its line, so that whoever finds fault with it can say where. */
export type JsonNode = JsonScalar | JsonList | JsonObject;

export interface JsonScalar {
  readonly kind: "scalar";
  /** Of its first character, counted from 1. */
  readonly line: number;
  readonly value: string | number | boolean | null;
}

export interface JsonList {
  readonly kind: "list";
  readonly line: number;
  readonly items: readonly JsonNode[];
}

export interface JsonObject {
  readonly kind: "object";
  readonly line: number;
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  readonly key: string;
  readonly line: number;
  readonly value: JsonNode;
}

export type JsonPath = readonly PropertyKey[];

/** Parses JSON. Throws SyntaxError for what is not, with the line and what was expected; a key that comes twice is none either. */
export function parseJsonNode(text: string): JsonNode {
  const reader = new Reader(text.startsWith("\uFEFF") ? text.slice(1) : text);
  const node = readValue(reader);
  const rest = reader.next();
  if (rest.text !== "") throw reader.error(rest, "the end of the file");
  return node;
}

/** The plain value, without lines. */
export function toJson(node: JsonNode): Json {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(toJson);
    case "object":
      return Object.fromEntries(node.members.map(({ key, value }) => [key, toJson(value)]));
  }
}

export const memberOf = (node: JsonNode | undefined, key: PropertyKey): JsonNode | undefined => (node?.kind === "object" ? node.members.find((member) => member.key === key)?.value : undefined);
export const itemsOf = (node: JsonNode | undefined): readonly JsonNode[] => (node?.kind === "list" ? node.items : []);
export const textOf = (node: JsonNode | undefined): string | undefined => (node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined);

/** The line of what a path leads to, as far as it leads: of an absent member, that of the object which lacks it. A member's line is its key's. */
export function lineOf(root: JsonNode, path: JsonPath): number {
  let node = root;
  let line = root.line;
  for (const key of path) {
    const member = node.kind === "object" ? node.members.find((candidate) => candidate.key === key) : undefined;
    const next = member?.value ?? (node.kind === "list" && typeof key === "number" ? node.items[key] : undefined);
    if (next === undefined) return line;
    line = member?.line ?? next.line;
    node = next;
  }
  return line;
}

/** Every string with its line; keys are none. */
export function stringsOf(node: JsonNode): { readonly text: string; readonly line: number }[] {
  switch (node.kind) {
    case "scalar":
      return typeof node.value === "string" ? [{ text: node.value, line: node.line }] : [];
    case "list":
      return node.items.flatMap(stringsOf);
    case "object":
      return node.members.flatMap(({ value }) => stringsOf(value));
  }
}

/** The same with each string put through `change`. */
export function mapStrings(node: JsonNode, change: (text: string) => string): JsonNode {
  switch (node.kind) {
    case "scalar":
      return typeof node.value === "string" ? { ...node, value: change(node.value) } : node;
    case "list":
      return { ...node, items: node.items.map((item) => mapStrings(item, change)) };
    case "object":
      return { ...node, members: node.members.map((member) => ({ ...member, value: mapStrings(member.value, change) })) };
  }
}

interface Token {
  readonly text: string;
  readonly line: number;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next token; its text is empty at the end. */
  next(): Token {
    for (let space = this.#text[this.#at]; space !== undefined && " \t\r\n".includes(space); space = this.#text[this.#at]) {
      if (space === "\n") this.#line += 1;
      this.#at += 1;
    }
    const token = /"(?:[^"\\\n]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|./y;
    token.lastIndex = this.#at;
    const text = token.exec(this.#text)?.[0] ?? "";
    this.#at += text.length;
    return { text, line: this.#line };
  }

  error({ text, line }: Token, wanted: string): SyntaxError {
    return new SyntaxError(`line ${line} has ${text === "" ? "the end of the file" : /^"./.test(text) ? "a text in quotes" : text.slice(0, 40)} where ${wanted} belongs`);
  }
}

function readValue(reader: Reader, token = reader.next()): JsonNode {
  const { text, line } = token;
  if (text === "{") return { kind: "object", line, members: readMembers(reader) };
  if (text === "[") return { kind: "list", line, items: readItems(reader) };
  if (text !== "" && !"}],:".includes(text)) {
    try {
      return { kind: "scalar", line, value: JSON.parse(text) as JsonScalar["value"] };
    } catch {
      // Said below.
    }
  }
  throw reader.error(token, "a value");
}

function readItems(reader: Reader): JsonNode[] {
  const items: JsonNode[] = [];
  let token = reader.next();
  if (token.text === "]") return items;
  for (;;) {
    items.push(readValue(reader, token));
    const end = reader.next();
    if (end.text === "]") return items;
    if (end.text !== ",") throw reader.error(end, ", or ]");
    token = reader.next();
  }
}

function readMembers(reader: Reader): JsonMember[] {
  const members: JsonMember[] = [];
  let token = reader.next();
  if (token.text === "}") return members;
  for (;;) {
    const { line } = token;
    const key = readKey(reader, token);
    if (members.some((member) => member.key === key)) throw new SyntaxError(`line ${line} has the key "${key}" for the second time`);
    const colon = reader.next();
    if (colon.text !== ":") throw reader.error(colon, ":");
    members.push({ key, line, value: readValue(reader) });
    const end = reader.next();
    if (end.text === "}") return members;
    if (end.text !== ",") throw reader.error(end, ", or }");
    token = reader.next();
  }
}

function readKey(reader: Reader, token: Token): string {
  if (!token.text.startsWith('"') || token.text.length < 2) throw reader.error(token, "a key in quotes");
  try {
    return JSON.parse(token.text) as string;
  } catch {
    throw reader.error(token, "a key in quotes");
  }
}
