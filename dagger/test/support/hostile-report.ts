import fc from "fast-check";
import type { Finding, GateReport, Report } from "../../src/report/schema.ts";
import { sampleReport } from "./sample-report.ts";

/** Strings that mean something in Markdown, HTML, XML, a shell, a terminal or an address. */
export const hostileStrings: readonly string[] = [
  `</script><script>alert(1)</script>`,
  `<img src=x onerror="alert(1)">`,
  `" onmouseover="alert(1)" x="`,
  `' autofocus onfocus='alert(1)`,
  `</style></title></textarea><!--`,
  `-->]]><![CDATA[`,
  `&lt;b&gt; &amp; &#60; &bogus;`,
  `javascript:alert(1)`,
  `[click](javascript:alert(1)) ![](https://evil.example/x.png)`,
  "| a | b |\n| --- | --- |\n",
  "`code` ``` ```js\n",
  "# heading\n\n---\n\n- item\n1. item\n> quote",
  "\n\n<details open>\n\n",
  "@everyone @octo/team #1 GH-2 octo/repo#3 https://evil.example www.evil.example a@evil.example",
  "**bold** __bold__ ~~gone~~ $x$ \\",
  "../../../etc/passwd",
  "/etc/passwd:1",
  "C:\\windows:1",
  "//evil.example/x:1",
  "file with spaces & ümlaut?#.ts:12",
  "a:b:c:12:13",
  "\u0000\u0001\u0008\u000b\u001b[31m\u007f\u0085\u009b",
  "\ud800 \udc00 \uffff \ufffe \u{1fffe}",
  "\u202egnp.exe\u2066",
  "$(rm -rf /) `id` '; id; '",
  "__proto__",
  "constructor",
  "",
  " ",
  "x".repeat(5000),
];

const anyString = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...hostileStrings) }, fc.string({ unit: "binary", maxLength: 40 }), fc.string({ unit: "grapheme", maxLength: 40 }));

/** A report in which every string that a tool, a repository or a person may have written is any string at all. */
export const hostileReport: fc.Arbitrary<Report> = fc.tuple(fc.array(anyString, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 40 })).map(([strings, findings]) => {
  let index = 0;
  return withStrings(sampleReport({ findings }), () => strings[index++ % strings.length] ?? "");
});

/** The same report with `next()` for every free string. Links stay addresses, as the schema has them. */
export function withStrings(report: Report, next: () => string): Report {
  return {
    ...report,
    project: next(),
    branch: next(),
    engine: next(),
    summary: next(),
    gates: report.gates.map((gate) => gateWith(gate, next)),
    images: report.images.map((image) => ({ ...image, service: next(), reference: next(), digest: next(), standIns: [next()] })),
    allowList: report.allowList.map((note) => ({ ...note, id: next(), until: next(), countAgain: [next(), next()] })),
    steps: report.steps.map((step) => ({ ...step, name: next() })),
    posture: report.posture.map((control) => ({ ...control, control: next(), tool: next(), note: next() })),
  };
}

const gateWith = (gate: GateReport, next: () => string): GateReport => ({
  ...gate,
  tool: { name: next(), version: next() },
  ...(gate.reason === undefined ? {} : { reason: next() }),
  ...(gate.lookedAt === undefined ? {} : { lookedAt: { ...gate.lookedAt, unit: next() } }),
  facts: [...gate.facts, { name: "", value: "" }].map(() => ({ name: next(), value: next() })),
  findings: gate.findings.map((finding) => findingWith(finding, next)),
  suppressions: [...gate.suppressions, { marker: "", where: "" }].map(() => ({ marker: next(), where: next() })),
  standIns: [next()],
  files: [next(), `raw/${gate.name}/${next()}`],
});

function findingWith(finding: Finding, next: () => string): Finding {
  const inLink = next();
  return {
    ...finding,
    id: next(),
    rule: next(),
    title: next(),
    where: next(),
    service: next(),
    fixedIn: next(),
    layer: next(),
    via: [next(), next(), next()],
    link: `https://tool.example/${inLink}`,
    ...(finding.allowed === undefined ? {} : { allowed: { reason: next(), until: next() } }),
  };
}
