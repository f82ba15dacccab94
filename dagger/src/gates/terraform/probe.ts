import { UnreadableReportError } from "../gate.ts";
import type { Body, TerraformDocument } from "./terraform-json.ts";

/**
 * A document with a fault of ours planted at its end. A scanner that does not
 * report this fault has not looked at the whole document, whatever else it says.
 */
export interface ProbedDocument {
  readonly json: Body;
  /** Printed for Checkov. */
  readonly text: string;
  /** What stands at a line of `text`, the first being 1; undefined where no block does. */
  readonly addressAt: (line: number) => string | undefined;
}

/** A volume without encryption: Checkov and Trivy agree that this is one. */
const type = "aws_ebs_volume";
const name = "gitops_probe";
export const probeAddress = `${type}.${name}`;

/** Throws UnreadableReportError where the file has this name itself. */
export function withProbe(document: TerraformDocument): ProbedDocument {
  if (document.blocks.some((block) => block.kind === "resource" && block.type === type && block.name === name)) {
    throw new UnreadableReportError(`${document.path} has a resource ${probeAddress}, a name that this pipeline keeps for itself: rename it.`);
  }
  const { resource, ...rest } = document.json;
  const { [type]: volumes, ...types } = (resource ?? {}) as Record<string, object>;
  const probe = { availability_zone: "eu-central-1a", size: 1, encrypted: false };
  const json = { ...rest, resource: { ...types, [type]: { ...volumes, [name]: probe } } };
  return { json, text: plain(json), addressAt: addresses(json) };
}

/** Checkov reads JSON as YAML, and gives up on control characters, tabs and \/. */
const plain = (json: unknown): string => `${JSON.stringify(json, null, 2).replaceAll(/[^\n\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;

/** Two levels down in resources and data, one in everything else. */
function addresses(json: Body): (line: number) => string | undefined {
  const spans: { readonly from: number; readonly to: number; readonly address: string }[] = [];
  // The first line is the opening brace, and so is the first of each object.
  walk(json, 2, (key, value, from) => {
    if (!isObject(value)) return;
    walk(value, from + 1, (first, inner, start) => {
      if ((key !== "resource" && key !== "data") || !isObject(inner)) {
        spans.push({ from: start, to: start + height(inner) - 1, address: `${key}.${first}` });
        return;
      }
      walk(inner, start + 1, (second, body, at) => {
        spans.push({ from: at, to: at + height(body) - 1, address: `${key === "data" ? "data." : ""}${first}.${second}` });
      });
    });
  });
  return (line) => spans.find((span) => span.from <= line && line <= span.to)?.address;
}

function walk(object: Body, firstLine: number, visit: (key: string, value: unknown, line: number) => void): void {
  let line = firstLine;
  for (const [key, value] of Object.entries(object)) {
    visit(key, value, line);
    line += height(value);
  }
}

const isObject = (value: unknown): value is Body => typeof value === "object" && value !== null && !Array.isArray(value);

/** Lines that a value takes, printed. */
const height = (value: unknown): number => JSON.stringify(value, null, 2).split("\n").length;
