import { quotedTemplate } from "./quoted-template.ts";
import type { Body } from "./terraform-json.ts";

/**
 * Terraform's own language for a document of Terraform JSON. Trivy takes every
 * key of JSON for an argument, and so neither sees that a nested block is there
 * (a repository's scan on push) nor what it says (a group's inline rules). What
 * may be either is therefore written as both: Trivy looks for one or the other.
 */
export function terraformText(json: Body): string {
  return Object.entries(json)
    .flatMap(([kind, content]) => topLevel(kind, content))
    .join("\n");
}

function topLevel(kind: string, content: unknown): string[] {
  if (!isObject(content)) return [];
  switch (kind) {
    case "resource":
    case "data":
      return entries(content).flatMap(([type, blocks]) => (isObject(blocks) ? entries(blocks).map(([name, body]) => block([kind, quoted(type), quoted(name)], body)) : []));
    case "provider":
    case "variable":
      return entries(content).flatMap(([name, bodies]) => objectsIn(bodies).map((body) => block([kind, quoted(name)], withoutType(body))));
    case "locals":
      return [block([kind], content)];
    default:
      return [];
  }
}

/** A variable's type is an expression, which JSON has no form for; its default says enough. */
const withoutType = (body: Body): Body => Object.fromEntries(entries(body).filter(([key]) => key !== "type"));

function block(header: readonly string[], body: unknown): string {
  return `${header.join(" ")} {\n${isObject(body) ? entries(body).flatMap(([key, value]) => inBlock(key, value)).join("\n") : ""}\n}`;
}

function inBlock(key: string, value: unknown): string[] {
  if (key === "dynamic" && isObject(value)) return entries(value).flatMap(([name, bodies]) => objectsIn(bodies).map((body) => block([key, quoted(name)], body)));
  if (!/^[A-Za-z_][\w-]*$/.test(key) || value === null) return [];
  return [`${key} = ${expression(value)}`, ...objectsIn(value).map((body) => block([key], body))];
}

function expression(value: unknown): string {
  if (typeof value === "string") return quotedTemplate(value);
  if (Array.isArray(value)) return `[${value.map(expression).join(", ")}]`;
  if (isObject(value)) return `{ ${entries(value).map(([key, inner]) => `${quotedTemplate(key)} = ${expression(inner)}`).join(", ")} }`;
  return JSON.stringify(value);
}

const quoted = (name: string): string => JSON.stringify(name);

const entries = (object: Body): [string, unknown][] => Object.entries(object).filter(([key]) => key !== "//");

const objectsIn = (value: unknown): Body[] => (Array.isArray(value) ? value : [value]).filter(isObject);

const isObject = (value: unknown): value is Body => typeof value === "object" && value !== null && !Array.isArray(value);
