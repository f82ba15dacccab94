import XMLBuilder from "fast-xml-builder";
import { blocks, byWeight, countFindings } from "./findings.ts";
import type { Finding, GateReport, Report } from "./schema.ts";
import { visible } from "./visible.ts";
import { formatCount, foundText } from "./words.ts";

/**
 * JUnit XML, a suite for each gate, for the servers that show only this: a gate
 * that failed has a failing test for each finding that counts, one that could
 * not look is an error, one that only shows or did not run is skipped.
 */
export function junit(given: Report): string {
  // XML 1.0 has no way to write a control character, not even as a reference.
  const report = visible(given);
  const suites = report.gates.map((gate) => suite(gate, report));
  const total = (key: "@tests" | "@failures" | "@errors" | "@skipped"): number => suites.reduce((sum, one) => sum + one[key], 0);
  const root = {
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    testsuites: { "@name": report.project, "@tests": total("@tests"), "@failures": total("@failures"), "@errors": total("@errors"), "@skipped": total("@skipped"), "@time": seconds(report.durationMs), testsuite: suites },
  };
  return new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@", format: true, suppressEmptyNode: true, suppressBooleanAttributes: false }).build(root);
}

/** A server draws a row for each; beyond this they are counted. */
const shownFindings = 100;

function suite(gate: GateReport, report: Report) {
  const cases = casesOf(gate);
  const having = (key: "failure" | "error" | "skipped"): number => cases.filter((one) => key in one).length;
  return {
    "@name": gate.name,
    "@tests": cases.length,
    "@failures": having("failure"),
    "@errors": having("error"),
    "@skipped": having("skipped"),
    "@time": seconds(gate.durationMs),
    "@timestamp": new Date(Date.parse(report.startedAt) + (gate.startedAtMs ?? 0)).toISOString().slice(0, 19),
    properties: { property: Object.entries({ mode: gate.mode, verdict: gate.verdict, tool: `${gate.tool.name} ${gate.tool.version}` }).map(([name, value]) => ({ "@name": name, "@value": value })) },
    testcase: cases,
  };
}

type Case = Readonly<Record<string, unknown>>;

function casesOf(gate: GateReport): Case[] {
  const found = foundText(gate);
  const whole = { "@classname": gate.name, "@name": gate.name, "@time": seconds(gate.durationMs) };
  if (gate.verdict === "skipped") return [{ ...whole, skipped: { "@message": gate.reason ?? "" } }];
  if (gate.verdict === "passed") return [{ ...whole, ...(found === undefined ? {} : { "system-out": found }) }];
  if (gate.mode !== "block") return [{ ...whole, skipped: { "@message": `shown only, by its mode: ${gate.verdict}${gate.verdict === "failed" ? `, ${formatCount(countFindings(gate).blocking, "finding")}` : ""}${gate.reason === undefined ? "" : `. ${gate.reason}`}` } }];
  const cases = [...(gate.verdict === "failed" ? failures(gate) : []), ...(gate.verdict === "failed" && gate.reason === undefined ? [] : [{ ...whole, error: { "@type": "unavailable", "@message": gate.reason ?? "" } }])];
  // A suite without a test would be green.
  return cases.length > 0 ? cases : [{ ...whole, failure: { "@type": gate.verdict, "@message": "The gate failed." } }];
}

function failures(gate: GateReport): Case[] {
  const blocking = byWeight(gate).filter((finding) => blocks(finding, gate.blocksAt));
  const rest = blocking.length - shownFindings;
  const names = new Map<string, number>();
  return [
    ...blocking.slice(0, shownFindings).map((finding) => {
      const name = `${finding.rule} ${finding.where}`;
      const count = (names.get(name) ?? 0) + 1;
      names.set(name, count);
      // Servers take two tests of one name for one test.
      return { "@classname": gate.name, "@name": count === 1 ? name : `${name} (${String(count)})`, "@time": "0", failure: { "@type": finding.severity, "@message": finding.title, "#text": details(finding) } };
    }),
    ...(rest > 0 ? [{ "@classname": gate.name, "@name": `and ${String(rest)} more`, "@time": "0", failure: { "@type": "more", "@message": `${formatCount(rest, "more finding")} in report.json` } }] : []),
  ];
}

function details(finding: Finding): string {
  const { where, title, service, fixedIn, via, layer, link, id } = finding;
  const lines = { where, service, "fixed in": fixedIn, "by way of": via?.join(" > "), layer, link, id };
  return [title, ...Object.entries(lines).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))].join("\n");
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
