import { z } from "zod";
import type { Finding, Severity } from "../../report/schema.ts";
import { UnreadableReportError } from "../gate.ts";
import { withProbe, type ProbedDocument } from "./probe.ts";
import type { TerraformDocument } from "./terraform-json.ts";

/** What the scanners look at. */
export interface Scan {
  readonly documents: readonly ScannedDocument[];
}

export interface ScannedDocument extends ProbedDocument {
  readonly document: TerraformDocument;
}

/** Where a step has the documents, each under its path in the repository. */
export const scanFolder = "/infrastructure";

export function scanOf(documents: readonly TerraformDocument[]): Scan {
  return { documents: documents.map((document) => ({ document, ...withProbe(document) })) };
}

/** The document that a scanner speaks of. Throws UnreadableReportError: it was given no other. */
export function documentAt(scan: Scan, tool: string, path: string): ScannedDocument {
  const scanned = scan.documents.find(({ document }) => document.path === path);
  if (scanned === undefined) throw new UnreadableReportError(`${tool} reported on ${path}, a file that it was not given.`);
  return scanned;
}

export const resourcesOf = (scan: Scan): { path: string; address: string }[] => scan.documents.flatMap(({ document: { path, blocks } }) => blocks.filter(({ kind }) => kind === "resource").map(({ address }) => ({ path, address })));

/** A fault in a resource; the rule's title says which construct of the code it is about. */
export function findingOf(about: { rule: string; severity: Severity; title: string; link: string | null | undefined; document: TerraformDocument; address: string }): Finding {
  const { rule, severity, title, link, document, address } = about;
  // A block that is there several times has a number behind its name.
  const construct = document.blocks.find((block) => block.address === address.replace(/\[.*\]$/, ""))?.constructPath;
  const where = `${document.path}:${address}`;
  return {
    gate: "infrastructure",
    id: `${rule}:${where}`,
    rule,
    severity,
    title: construct === undefined ? title : `${title} (${construct})`,
    where,
    ...(link != null && z.url({ protocol: /^https?$/ }).safeParse(link).success ? { link } : {}),
  };
}

/** Scanners list them by rule, or as they come. */
export const byPlace = (one: Finding, other: Finding): number => one.where.localeCompare(other.where, "en") || one.rule.localeCompare(other.rule, "en", { numeric: true });
