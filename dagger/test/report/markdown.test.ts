import fc from "fast-check";
import { marked, type Token, type Tokens } from "marked";
import { describe, expect, it } from "vitest";
import { code, escapeMarkdown, linked, table } from "../../src/report/markdown-escape.ts";
import { markdown } from "../../src/report/markdown.ts";
import type { Report } from "../../src/report/schema.ts";
import { aReport } from "../support/a-report.ts";
import { hostileReport, hostileStrings, withStrings } from "../support/hostile-report.ts";
import { sampleReport } from "../support/sample-report.ts";
import { aFinding } from "../support/values.ts";

const sections = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("### ")).map((line) => line.slice(4));
const section = (text: string, title: string): string => text.split(/^### /m).find((part) => part.startsWith(`${title}\n`))?.slice(title.length).trim() ?? "";

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  void marked.walkTokens(marked.lexer(text), (token) => { tokens.push(token); });
  return tokens;
}

describe("report.md", () => {
  it.each<[Partial<Report>, string]>([
    [{}, "## ✓ passed: notes at `0123456` on `main`"],
    [{ verdict: "failed" }, "## ✗ failed: notes at `0123456` on `main`"],
    [{ verdict: "unavailable", branch: undefined }, "## ? unavailable: notes at `0123456`"],
  ])("has the verdict in its first line: %j", (more, line) => {
    expect(markdown(aReport({}, more)).split("\n")[0]).toBe(line);
  });

  it("has, in this order: verdict, gates, what to do, and at its end the security posture", () => {
    const text = markdown(sampleReport());
    expect(sections(text)).toEqual(["What to do", "What does not stop the release", "Allowed for a time", "Allow list", "Silenced in the tree", "Images", "Security posture"]);
    expect(text.indexOf("| Gate | Verdict |")).toBeLessThan(text.indexOf("### What to do"));
  });

  it("of a run in which all is well is the verdict and the table", () => {
    const text = markdown(aReport());
    expect(sections(text)).toEqual([]);
    expect(text).toContain("\n\nPassed: 11 gates.\n\n1 min 1 s on podman 4.3.1, for a rehearsal, commit 0123456789abcdef0123456789abcdef01234567. Every finding is in `report.html`.\n\n| Gate | Verdict | Mode | Findings | Time | Note |\n");
    expect(text).toContain("\n| secrets | ✓ passed | blocks | 0 | 1.5 s | 2 files |\n");
  });

  it.each<[string, Parameters<typeof aReport>[0], string]>([
    ["what is known and allowed beside the total", { secrets: { verdict: "failed", findings: [aFinding(), aFinding({ known: true }), aFinding({ known: true }), aFinding({ allowed: { reason: "looked at", until: "2027-01-31" } })] } }, "| secrets | ✗ failed | blocks | 3 (1 blocking, 2 known, 1 allowed) | 1.5 s | 2 files |"],
    ["cached and facts", { secrets: { cached: true, facts: [{ name: "coverage", value: "91 %" }] } }, "| secrets | ✓ passed | blocks | 0 | cached | 2 files; coverage: 91 % |"],
    ["why it was skipped", { secrets: { verdict: "skipped", reason: "not asked for", lookedAt: undefined } }, "| secrets | - skipped | blocks |  |  | not asked for |"],
    ["that it only shows", { secrets: { mode: "report" } }, "| secrets | ✓ passed | shown only | 0 | 1.5 s | 2 files |"],
  ])("shows in the table of gates %s", (_name, gates, row) => {
    expect(markdown(aReport(gates))).toContain(`\n${row}\n`);
  });

  it("says of each blocking finding where it is, what fixes it, how it came in, and how to allow it", () => {
    const finding = aFinding({ gate: "dependencies", id: "GHSA-1:web:lodash", rule: "GHSA-1", title: "Command Injection", where: "lodash@4.17.20", service: "web", fixedIn: "4.17.21", via: ["next", "workbox-build", "lodash"], link: "https://github.com/advisories/GHSA-1", layer: "RUN npm ci" });
    expect(section(markdown(aReport({ dependencies: { verdict: "failed", findings: [finding, aFinding({ severity: "low" })] } })), "What to do")).toBe(
      [
        "#### dependencies: 1 finding to mend",
        "- **high** `lodash@4.17.20` [`GHSA-1`](<https://github.com/advisories/GHSA-1>) Command Injection<br>fixed in `4.17.21`, by way of `next › workbox-build › lodash`, layer `RUN npm ci`, in `web`, id `GHSA-1:web:lodash`",
        'Update to the version that has the fix, or the direct dependency at the head of the path to one that takes it. To let one stay for a time: `npm run allow -- ID --reason "why it may stay" --until YYYY-MM-DD`',
      ].join("\n\n"),
    );
  });

  it("says of an unavailable gate why, and where the tool's own words are", () => {
    const text = section(markdown(aReport({ secrets: { verdict: "unavailable", reason: "The clone is shallow.", files: ["raw/secrets/gitleaks.log"] } })), "What to do");
    expect(text).toBe("#### secrets: could not look\n\nThe clone is shallow.\n\nNobody knows what it would have found. Mend that and run again; until then this may be rehearsed, and AWS would refuse it. What the tool said: `raw/secrets/gitleaks.log`.");
  });

  it.each<[string, Parameters<typeof aReport>, string[]]>([
    ["a skipped gate, for AWS only", [{ secrets: { verdict: "skipped", reason: "not asked for" } }, { target: "aws" }], ["#### secrets: did not run"]],
    ["none for a rehearsal", [{ secrets: { verdict: "skipped", reason: "not asked for" } }], []],
    ["none that is shown only", [{ secrets: { verdict: "failed", mode: "report", findings: [aFinding()] } }], []],
    ["none that is off", [{ secrets: { verdict: "skipped", mode: "off", reason: "off" } }, { target: "aws" }], []],
  ])("has in what to do %s", (_name, [gates, report], headings) => {
    expect(markdown(aReport(gates, report)).split("\n").filter((line) => line.startsWith("#### "))).toEqual(headings);
  });

  it("folds away what does not stop the release, by gate, with counts", () => {
    const findings = [aFinding({ severity: "low" }), aFinding({ severity: "critical" }), aFinding({ known: true })];
    const text = section(markdown(aReport({ secrets: { mode: "report", verdict: "failed", findings } })), "What does not stop the release");
    expect(text).toContain("<details><summary>secrets: 1 critical, 1 low</summary>\n\n- **critical** ");
  });

  it("shows twenty findings of a gate and counts the rest", () => {
    const findings = Array.from({ length: 25 }, (_, index) => aFinding({ where: `src/a.ts:${String(index + 1)}` }));
    const text = markdown(aReport({ secrets: { verdict: "failed", findings } }));
    expect(text.match(/^- \*\*high\*\*/gm)).toHaveLength(20);
    expect(text).toContain("\n- and 5 more, in `report.html`\n");
  });

  it("names expired entries of the allow list, and those that match nothing", () => {
    const allowList = [{ id: "TS2322", problem: "expired" as const, until: "2026-11-20" }, { id: "TS1", problem: "matches nothing" as const, until: "2027-01-31" }];
    expect(section(markdown(aReport({}, { allowList })), "Allow list")).toBe("- `TS2322` ended on 2026-11-20: renew or remove it.\n- `TS1` matches nothing: remove it.");
  });
});

describe("a pull request's comment", () => {
  it.each([0, 320, 5_000, 20_000])("of %i findings is short enough", (findings) => {
    expect(markdown(sampleReport({ findings })).length).toBeLessThan(60_000);
  });

  it.each([["the longest strings", "x&".repeat(3_000)], ["strings that grow when they are escaped", "*".repeat(6_000)], ["names of people", "@a ".repeat(3_000)]])("is short enough with %s everywhere", (_name, text) => {
    expect(markdown(withStrings(sampleReport({ findings: 2_000 }), () => text)).length).toBeLessThan(60_000);
  });

  it("means nothing but what is written here, whatever tools write", () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        const text = markdown(report);
        for (const token of tokensOf(text)) {
          if (token.type === "html") expect(token.raw.trim()).toMatch(/^(<br>|<details><summary>[\w:, -]+<\/summary>|<\/details>)$/);
          if (token.type === "link") expect((token as Tokens.Link).href).toMatch(/^https:\/\/tool\.example\//);
          expect(token.type).not.toBe("image");
          if (token.type === "table") for (const row of (token as Tokens.Table).rows) expect(row).toHaveLength((token as Tokens.Table).header.length);
          // A mention or an issue's number in a code span is none.
          if (token.type === "text" && !("tokens" in token)) expect(token.raw).not.toMatch(/@\w|#\d|\bGH-\d/i);
        }
        expect(sections(text).every((title) => ["What to do", "What does not stop the release", "Allowed for a time", "Allow list", "Silenced in the tree", "Images", "Security posture"].includes(title))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

describe("text in Markdown", () => {
  /** What a reader sees. */
  const shown = (text: string): string => marked.parse(text, { async: false }).replaceAll(/<[^>]*>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&").trim();
  const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
  const plain = hostileStrings.filter((text) => !/(?!\n)[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Noncharacter_Code_Point}]/u.test(text) && text.length < 300);

  it.each(plain.map((text) => [text]))("reads as it was written: %j", (text) => {
    expect(shown(escapeMarkdown(text))).toBe(oneLine(text));
    expect(shown(`before ${code(text)} after`)).toBe(oneLine(text) === "" ? "before  after" : `before ${oneLine(text)} after`);
  });

  it.each(plain.map((text) => [text]))("is one cell of a table: %j", (text) => {
    const [token] = marked.lexer(table(["a", "b", "c"], [[escapeMarkdown(text), code(text), "end"], ["c", "d", "e"]])) as Tokens.Table[];
    // A sign too many would make a cell too many, and move this one.
    expect(token?.rows.map((row) => row.at(-1)?.text)).toEqual(["end", "e"]);
  });

  it("is cut where it would be too long, and says so", () => {
    expect(escapeMarkdown("x".repeat(400))).toBe(`${"x".repeat(299)}…`);
    expect(code("x".repeat(400))).toBe(`\`${"x".repeat(199)}…\``);
  });

  it.each([
    ["https://tool.example/a(b)c|d>e`", "[x](<https://tool.example/a(b)c%7cd%3Ee%60>)"],
    ["javascript:alert(1)", "x"],
    ["data:text/html,x", "x"],
    ["not an address", "x"],
    [undefined, "x"],
  ])("is a link only for the web: %s", (link, expected) => {
    expect(linked("x", link)).toBe(expected);
  });
});
