import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { html } from "../../src/report/html.ts";
import type { Report } from "../../src/report/schema.ts";
import { aReport } from "../support/a-report.ts";
import { hostileReport } from "../support/hostile-report.ts";
import { sampleReport } from "../support/sample-report.ts";
import { aFinding } from "../support/values.ts";

/** The page without its stylesheet and its script, which are not made of the report. */
const bodyOf = (report: Report): string => html(report).replace(/<style>.*?<\/style>/s, "<style></style>").replace(/<script>.*?<\/script>/s, "<script></script>");
const tagsOf = (text: string): string[] => text.match(/<[^>]*>/g) ?? [];
/** What a reader sees of a part of the page. */
const words = (text: string): string => text.replaceAll(/<[^>]*>/g, " ").replaceAll(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number))).replaceAll(/\s+/g, " ").trim();
const section = (text: string, id: string): string => new RegExp(`<section id="${id}".*?</section>`, "s").exec(text)?.[0] ?? "";
const rows = (text: string): string[] => (text.match(/<tr .*?<\/tr>/gs) ?? []).map(words);

describe("report.html", () => {
  it("says the verdict in its title and first, with the summary", () => {
    const text = bodyOf(sampleReport());
    expect(/<title>(.*)<\/title>/.exec(text)?.[1]).toBe("✗ notes 0123456: failed");
    expect(words(/<header.*?<\/header>/s.exec(text)?.[0] ?? "")).toContain("notes ✗ failed Failed: static-analysis and unit-tests. Nothing was released.");
  });

  it("has these parts, and ends with the security posture", () => {
    const text = bodyOf(sampleReport());
    expect([...text.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id)).toEqual(["to-do", "gates", "timeline", "findings", "allow-list", "silenced", "images", "files", "posture"]);
    expect(words(/<nav.*?<\/nav>/s.exec(text)?.[0] ?? "")).toBe("What to do Gates Timeline Findings Allow list Silenced in the tree Images Files Security posture");
  });

  it("of a run in which all is well has only what there is", () => {
    const text = bodyOf(aReport());
    expect([...text.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id)).toEqual(["gates", "findings", "files"]);
    expect(words(section(text, "findings"))).toBe("Findings 0 None.");
    expect(text).not.toContain("<form");
  });

  it("has every gate, with verdict, mode, findings, time, tool and what is worth knowing", () => {
    const [, ...gates] = rows(section(bodyOf(sampleReport()), "gates"));
    expect(gates).toHaveLength(11);
    expect(gates[0]).toBe("secrets ✗ failed shown only 9 7 known 4.1 s gitleaks 8.30.1 412 commits and the working tree");
    expect(gates[2]).toBe("unit-tests ✗ failed blocks 1 48.9 s vitest 5.1.1 236 tests coverage 84.6 % of lines flaky, passed when run again 1");
    expect(gates[5]).toBe("infrastructure - skipped shown only checkov not run gitops.json names no infrastructure");
    expect(gates[9]).toBe("dockerfiles ✓ passed shown only 0 cached hadolint 2.15.1 4 Dockerfiles");
  });

  it("has every finding, the gravest first, the open ones of a severity before the others", () => {
    const findings = [aFinding({ severity: "low", rule: "D" }), aFinding({ severity: "critical", rule: "B", known: true }), aFinding({ severity: "critical", rule: "C", allowed: { reason: "looked at", until: "2027-01-31" } }), aFinding({ severity: "critical", rule: "A" })];
    const [, ...shown] = rows(section(bodyOf(aReport({ secrets: { verdict: "failed", findings: findings.map((finding) => ({ ...finding, gate: "secrets" as const })) } })), "findings"));
    expect(shown.map((row) => row.split(" . ")[0]?.replace("Type 'string' is not assignable to type 'number'. ", "").slice(0, 10))).toEqual(["critical A", "critical B", "critical C", "low D Allo"]);
    expect(shown[0]).toMatch(/ secrets stops the release$/);
    expect(shown[1]).toMatch(/ secrets known$/);
    expect(shown[2]).toMatch(/ secrets allowed until 2027-01-31 looked at$/);
    expect(shown[3]).toMatch(/ secrets open$/);
    expect(rows(section(bodyOf(sampleReport()), "findings"))).toHaveLength(321);
  });

  it("says of a finding where it is, what fixes it, how it came in, in which layer, and links to more", () => {
    const finding = aFinding({ gate: "image-scan", rule: "CVE-1", title: "Overflow.", where: "lodash@4.17.20", service: "web", fixedIn: "4.17.21", via: ["next", "lodash"], layer: "RUN npm ci", link: "https://tool.example/CVE-1?a=1&b=2" });
    const text = section(bodyOf(aReport({ "image-scan": { verdict: "failed", findings: [finding] } })), "findings");
    expect(rows(text)[1]).toBe(`high Overflow. CVE-1 · fixed in 4.17.21 · by way of next › lodash · layer RUN npm ci Allow npm run allow -- TS2322:src/a.ts --reason "…" --until YYYY-MM-DD lodash@4.17.20 web image-scan stops the release`);
    expect(text).toContain('<a href="https://tool.example/CVE-1?a=1&#38;b=2" rel="noreferrer">CVE-1</a>');
  });

  it("gives an id to the shell as one word, whatever is in it", () => {
    const text = section(bodyOf(aReport({ secrets: { findings: [aFinding({ id: "it's; $(rm -rf /)" })] } })), "findings");
    expect(rows(text)[1]).toContain(`npm run allow -- 'it'\\''s; $(rm -rf /)' --reason`);
  });

  it("links to files below its own folder, and to no other place", () => {
    const files = ["raw/secrets/a b.log", "sbom/web.spdx.json", "../up.json", "/etc/passwd", "javascript:alert(1)", "//evil.example/x"];
    const links = [...section(bodyOf(aReport({ secrets: { files } })), "files").matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(links).toEqual(["./report.json", "./report.md", "./results.sarif", "./junit.xml", "./raw/secrets/a%20b.log", "./sbom/web.spdx.json", "./javascript%3Aalert(1)"]);
  });
});

describe("the timeline", () => {
  const step = { gate: "secrets" as const, name: "secrets", startedAtMs: 15_000, durationMs: 30_000, outcome: "done" as const };
  const timeline = (steps: Report["steps"], durationMs = 60_000): string => section(bodyOf(aReport({}, { steps, durationMs })), "timeline");

  it("draws a step to scale", () => {
    expect(timeline([step])).toContain('<rect x="25%" y="30%" width="50%" height="40%"/>');
  });

  it("reaches to the end of the longest step, where that is after the run's", () => {
    expect(timeline([{ ...step, startedAtMs: 0, durationMs: 120_000 }, step])).toContain('<rect x="12.5%" y="30%" width="25%" height="40%"/>');
  });

  it("marks what came from the cache and what failed in words and in another form", () => {
    const text = timeline([{ ...step, outcome: "cached" }, { ...step, outcome: "failed" }, { ...step, outcome: "stopped" }]);
    expect(text).toContain('<circle cx="25%" cy="50%" r="4"/>');
    expect(rows(text).slice(1)).toEqual(["secrets secrets from the cache 15.0 s after the start", "secrets secrets 30.0 s failed 15.0 s after the start", "secrets secrets 30.0 s stopped 15.0 s after the start"]);
    expect(words(text)).toContain("3 steps, side by side: 1 min 0 s of work in 1 min 0 s, 1 from the cache.");
  });

  it.each([
    [900, ["0", "200 ms", "400 ms", "600 ms", "800 ms"]],
    [2_500, ["0", "500 ms", "1 s", "1.5 s", "2 s", "2.5 s"]],
    [153_400, ["0", "30 s", "1 min", "1:30", "2 min", "2:30"]],
    [3_600_000, ["0", "10 min", "20 min", "30 min", "40 min", "50 min", "60 min"]],
    [50_000_000, ["0", "180 min", "360 min", "540 min", "720 min"]],
  ])("of %i ms has round times on its axis", (durationMs, ticks) => {
    expect([...timeline([{ ...step, startedAtMs: 0, durationMs: 1 }], durationMs).matchAll(/<text [^>]*>([^<]*)/g)].map(([, text]) => text)).toEqual(ticks);
  });

  it("groups steps by gate, in the order of the gates", () => {
    const text = timeline([{ ...step, gate: "images", name: "build/web" }, step, { ...step, gate: "images", name: "images/proxy" }]);
    expect(rows(text).slice(1).map((row) => row.split(" ").slice(0, 2).join(" "))).toEqual(["secrets secrets", "images build/web", "images proxy"]);
  });
});

describe("the page", () => {
  it("allows itself its own style and script, and nothing else", () => {
    const text = html(sampleReport());
    const hash = (part: string): string => createHash("sha256").update(part).digest("base64");
    const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? "";
    const script = /<script>(.*?)<\/script>/s.exec(text)?.[1] ?? "";
    const policy = words(/http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? "");
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash(style)}'; script-src 'sha256-${hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'`);
    expect(style + script).not.toMatch(/url\(|@import|https?:|<\//);
  });

  it("asks for nothing from anywhere", () => {
    const tags = tagsOf(bodyOf(sampleReport()));
    expect(tags.filter((tag) => / (src|srcset|action|formaction|poster|data|background)=|<(img|iframe|object|embed|base|audio|video)\b/.test(tag))).toEqual([]);
    expect(tags.filter((tag) => tag.startsWith("<link"))).toEqual(['<link rel="icon" href="data:,">']);
  });

  it("is whole without its script: no row is hidden, only the filters are", () => {
    const hidden = tagsOf(bodyOf(sampleReport())).filter((tag) => / hidden[ >]/.test(tag));
    expect(hidden).toEqual(['<form id="filters" hidden role="search" aria-label="Findings">', '<p id="nothing" hidden>']);
  });

  it("is made of these elements and attributes only, whatever tools write", () => {
    const shape = (tag: string): string[] => [...tag.replaceAll(/="[^"]*"/g, "").matchAll(/[a-z][a-z0-9-]*/g)].map(([word]) => word);
    const known = new Set(sampleTags().flatMap(shape));
    fc.assert(
      fc.property(hostileReport, (report) => {
        const text = bodyOf(report);
        for (const tag of tagsOf(text).slice(1)) {
          expect(tag).toMatch(/^<\/?[a-z0-9]+( [a-z0-9-]+(="[^"<>]*")?)*\/?>$/);
          for (const word of shape(tag)) expect(known).toContain(word);
        }
        // Outside of tags, no sign is left that could begin one.
        expect(text.replaceAll(/<[^>]*>/g, "")).not.toMatch(/[<>]|&(?!#\d+;)/);
        for (const [, href] of text.matchAll(/ href="([^"]*)"/g)) expect(href).toMatch(/^(#|\.\/|https:\/\/tool\.example\/|data:,$)/);
        expect(text).not.toMatch(/(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/u);
      }),
      { numRuns: 60 },
    );
  });
});

const sampleTags = (): string[] => tagsOf(bodyOf(sampleReport())).slice(1);
