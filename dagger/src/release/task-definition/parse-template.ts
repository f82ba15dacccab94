import type { z } from "zod";
import { lineOf, parseJsonNode, toJson, type JsonNode, type JsonPath } from "./json-node.ts";
import { TemplateError, type TemplateFinding } from "./template-finding.ts";
import { templateSchema } from "./template-schema.ts";

/** A task definition as it is written, placeholders and all. */
export interface Template {
  /** As people know it, such as `services/task-definition.json`. */
  readonly path: string;
  readonly root: JsonNode;
}

/** Reads the template. Throws TemplateError, naming everything that RegisterTaskDefinition does not have, with its line. */
export function parseTemplate(text: string, path: string): Template {
  const root = readJson(text, path);
  const parsed = templateSchema.safeParse(toJson(root));
  if (parsed.success) return { path, root };
  throw new TemplateError(path, parsed.error.issues.flatMap((issue) => findingsOf(issue, { path, root })));
}

function readJson(text: string, path: string): JsonNode {
  try {
    return parseJsonNode(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [, line = "1", what = error.message] = /^line (\d+) (.*)$/s.exec(error.message) ?? [];
    throw new TemplateError(path, [
      text.trim() === ""
        ? { check: "template-json", level: "no", where: path, what: "It is empty.", next: "Write what RegisterTaskDefinition takes, as JSON." }
        : { check: "template-json", level: "no", where: `${path}:${line}`, what: `It is not JSON: the line ${what}.`, next: "Correct the line; JSON has no comments, and no comma after the last element." },
    ]);
  }
}

export const whereOf = ({ path, root }: Template, of: JsonPath): string => `${path}:${lineOf(root, of)}`;

/** `containerDefinitions[1].portMappings[0].containerPort`. */
export const showPath = (path: JsonPath): string => path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`)).join("");

function findingsOf(issue: z.core.$ZodIssue, template: Template): TemplateFinding[] {
  const name = issue.path.length === 0 ? "The task definition" : showPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ check: "template-shape", level: "no", where: whereOf(template, [...issue.path, key]), what: `${showPath([...issue.path, key])} is not known to RegisterTaskDefinition.`, next: "Correct its name, or take it out." }));
  }
  const wanted = issue.code === "invalid_type" ? (kinds[issue.expected] ?? `a ${issue.expected}`) : issue.message;
  const missing = issue.code === "invalid_type" && valueAt(template.root, issue.path) === undefined;
  return [
    {
      check: "template-shape",
      level: "no",
      where: whereOf(template, issue.path),
      what: missing ? `${name} is missing.` : `${name} must be ${wanted}.`,
      next: missing ? `Add it: it must be ${wanted}.` : "Correct its value.",
    },
  ];
}

const kinds: Readonly<Record<string, string>> = { object: "an object", record: "an object", array: "a list", string: "a text in quotes", int: "a whole number", number: "a number, without quotes", boolean: "true or false" };

function valueAt(root: JsonNode, path: JsonPath): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const key of path) {
    if (node?.kind === "object") node = node.members.find((member) => member.key === key)?.value;
    else node = node?.kind === "list" && typeof key === "number" ? node.items[key] : undefined;
  }
  return node;
}
