import parse, { type Info } from "spdx-expression-parse";
import type { Finding } from "../report/schema.ts";
import { joinParts, type Evidence, type Gate, type GateContext } from "./gate.ts";
import { sbomOf } from "./sbom.ts";
import { packageKey } from "./npm/production-packages.ts";
import { isOfSystem, type SbomPackage } from "./sbom/read-sbom.ts";

/** The licences of the packages that an image has beyond its operating system, from its SBOM. */
export const licences: Gate = {
  name: "licences",
  tool: "Syft",
  blocksAt: "medium",
  // One licence for everything is what the setting `allow` is for.
  allowByRule: false,
  nothingToDo: () => undefined,
  look: async (context) => {
    const leftOut = new Map<string, number>();
    const evidence = await joinParts(Object.fromEntries(Object.keys(context.config.services).map((name) => [name, async () => lookAtService(name, context, leftOut)])));
    const count = [...leftOut.values()].reduce((sum, packages) => sum + packages, 0);
    return { ...evidence, facts: [{ name: "not judged", value: `${String(count)} ${count === 1 ? "package" : "packages"} of the operating system or without a manifest of their own` }] };
  },
};

async function lookAtService(name: string, context: GateContext, leftOut: Map<string, number>): Promise<Evidence> {
  const { sbom, toolVersion, result, lockFile } = await sbomOf(name, context);
  const own = lockFile?.own === undefined ? undefined : packageKey(lockFile.own);
  const judged = new Map<string, SbomPackage[]>();
  for (const entry of sbom.packages) {
    if (isLeftOut(entry) || packageKey(entry) === own) continue;
    const key = `${entry.type} ${packageKey(entry)}`;
    judged.set(key, [...(judged.get(key) ?? []), entry]);
  }
  leftOut.set(name, sbom.packages.filter(isLeftOut).length);
  return {
    toolVersion,
    // The whole document was read: an image of nothing but its system is looked at, too.
    lookedAt: { count: sbom.packages.length, unit: "packages" },
    findings: [...judged.values()].flatMap((copies) => judge(name, copies, context.config.gates.licences.allow)),
    suppressions: [],
    gaps: [],
    cached: result.cached,
    standIns: result.standIns,
    raw: new Map(),
  };
}

/**
 * A distribution's packages come under its own policy; a program found by its
 * bytes declares nothing; a manifest without version and licence (npm has them
 * for entry points) belongs to the package around it.
 */
const isLeftOut = (entry: SbomPackage): boolean => entry.owned || isOfSystem(entry) || entry.type === "binary" || (entry.version === undefined && entry.licences.length === 0);

/** Copies of one package in several places are one finding, and each of them has to pass. */
function judge(service: string, copies: readonly SbomPackage[], allow: readonly string[]): Finding[] {
  const failed = copies.map((entry) => ({ entry, ...judgeOne(entry.licences, allow) })).find(({ severity }) => severity !== undefined);
  if (failed?.severity === undefined) return [];
  const where = packageKey(failed.entry);
  return [{ gate: "licences", id: `${failed.rule}:${service}:${where}`, rule: failed.rule, severity: failed.severity, title: failed.title, where, service }];
}

interface Judgement {
  readonly rule: string;
  /** Undefined when the licence is allowed. */
  readonly severity: Finding["severity"] | undefined;
  readonly title: string;
}

export function judgeOne(declared: readonly string[], allow: readonly string[]): Judgement {
  if (declared.length === 0) return { rule: "no-licence", severity: "medium", title: "The package declares no licence: nobody may use it without its author's leave." };
  // What a manifest lists without a word between is meant to hold all at once.
  const rule = declared.length === 1 ? declared.join() : declared.map((one) => (/\s/.test(one) ? `(${one})` : one)).join(" AND ");
  const expression = parsed(rule);
  if (expression === undefined) {
    // Some manifests hold a licence's whole text.
    const shown = shorten(rule);
    return { rule: shown, severity: "medium", title: `"${shown}" is no SPDX licence expression: read the package's own text.` };
  }
  return { rule, severity: isMet(expression, new Set(allow)) ? undefined : "high", title: `${rule} is not met by the licences that gitops.json allows.` };
}

/** Characters; real expressions are far shorter, and the parser recurses. */
const longestExpression = 1000;

function parsed(expression: string): Info | undefined {
  try {
    return expression.length > longestExpression ? undefined : parse(expression);
  } catch {
    return undefined;
  }
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}

function isMet(expression: Info, allow: ReadonlySet<string>): boolean {
  if ("conjunction" in expression) {
    const [left, right] = [isMet(expression.left, allow), isMet(expression.right, allow)];
    return expression.conjunction === "and" ? left && right : left || right;
  }
  const { license, plus, exception } = expression;
  // "Or later" lets the user choose this version; an exception gives more than the licence alone.
  const choices = [license, ...(plus === true ? [`${license}+`] : []), ...(license.endsWith("-or-later") ? [license.replace(/-or-later$/, "-only")] : [])];
  return choices.some((choice) => allow.has(choice) || (exception !== undefined && allow.has(`${choice} WITH ${exception}`)));
}
