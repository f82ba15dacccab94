import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config.ts";
import type { Evidence } from "../../src/gates/gate.ts";
import { judgeOne, licences } from "../../src/gates/licences.ts";
import { decideGate } from "../../src/gates/policy.ts";
import { lockFile } from "../record/image-cases.ts";
import { imageConfig, imageContext } from "../support/image-engine.ts";

const look = async (name: string, settings: Readonly<Record<string, unknown>> = {}, files: Readonly<Record<string, string>> = {}): Promise<Evidence> => licences.look(imageContext(name, { config: imageConfig({ licences: settings }), files }));
const brief = (evidence: Evidence): string[] => evidence.findings.map((finding) => `${finding.severity} ${finding.where}: ${finding.rule}`);

describe("the licences gate, on what Syft really left", () => {
  it("finds what its allow list does not meet, what no licence covers and what nobody can read, each package once", async () => {
    const evidence = await look("licences");
    expect(brief(evidence)).toEqual([
      "medium @notes/backend@1.0.0: no-licence",
      "high both@1.0.0: MIT AND GPL-3.0-only",
      "high copyleft@1.0.0: GPL-3.0-or-later",
      "medium elsewhere@1.0.0: SEE LICENSE IN LICENSE.md",
      "medium mixed@1.0.0: MIT AND BSD*",
      "medium pypad@4.5: BSD",
      "medium silent@1.0.0: no-licence",
      "high versionless: GPL-2.0-only",
    ]);
    expect(evidence).toMatchObject({ lookedAt: { count: 18, unit: "packages" }, gaps: [], facts: [{ name: "not judged", value: "2 packages of the operating system or without a manifest of their own" }] });
    expect(decideGate(evidence, licences.blocksAt)).toEqual({ verdict: "failed" });
  });

  it("leaves the service's own package out: its lock file names it", async () => {
    const evidence = await look("licences", {}, { "services/backend/package-lock.json": lockFile });
    expect(brief(evidence)).not.toContainEqual(expect.stringContaining("@notes/backend"));
    expect(evidence.findings).toHaveLength(7);
  });

  it("has an id for each package of each service, whatever the order", async () => {
    const { findings } = await look("licences");
    expect(findings[1]).toEqual({ gate: "licences", id: "MIT AND GPL-3.0-only:backend:both@1.0.0", rule: "MIT AND GPL-3.0-only", severity: "high", title: "MIT AND GPL-3.0-only is not met by the licences that gitops.json allows.", where: "both@1.0.0", service: "backend" });
    expect(new Set(findings.map((finding) => finding.id)).size).toBe(findings.length);
  });

  it("passes when the list is long enough", async () => {
    const evidence = await look("clean", {}, { "services/backend/package-lock.json": lockFile });
    expect(decideGate(evidence, licences.blocksAt)).toEqual({ verdict: "passed" });
  });

  it("fails when the list is shorter", async () => {
    expect(brief(await look("clean", { allow: ["ISC"] }, { "services/backend/package-lock.json": lockFile }))).toEqual(["high pad-left@2.1.0: MIT"]);
  });

  it("is unavailable on an image without packages", async () => {
    expect(decideGate(await look("no-package-manager"), licences.blocksAt)).toEqual({ verdict: "unavailable", reason: "backend: The tool looked at nothing." });
  });

  it("passes, and says so, on an image of nothing but its system", async () => {
    const evidence = await look("java-archive");
    expect(evidence.facts).toEqual([{ name: "not judged", value: "2 packages of the operating system or without a manifest of their own" }]);
    expect(brief(evidence)).toEqual(["medium org.example/tool@1.2.3: no-licence"]);
  });

  it("judges nothing that comes with a base image: what a system's package owns, a program without a manifest, the manifest of an entry point", async () => {
    const evidence = await look("base-image");
    expect(evidence).toMatchObject({ findings: [], lookedAt: { count: 6 }, facts: [{ value: "5 packages of the operating system or without a manifest of their own" }] });
  });

  it("only shows what it finds, unless gitops.json says otherwise", () => {
    expect(imageConfig().gates.licences.mode).toBe("report");
  });
});

describe("an allow list", () => {
  const allow = ["MIT", "Apache-2.0", "LGPL-2.1-only", "GPL-2.0-only WITH Classpath-exception-2.0", "EPL-1.0+"];

  it.each([
    [["MIT"]],
    [["(MIT)"]],
    [["MIT", "Apache-2.0"]],
    [["MIT OR GPL-3.0-only"]],
    [["GPL-3.0-only OR (MIT AND Apache-2.0)"]],
    [["Apache-2.0+"]],
    [["LGPL-2.1-or-later"]],
    [["Apache-2.0 WITH LLVM-exception"]],
    [["GPL-2.0-only WITH Classpath-exception-2.0"]],
    [["EPL-1.0+"]],
    [["MIT OR GPL-3.0-only", "Apache-2.0"]],
  ])("meets %j", (declared) => {
    expect(judgeOne(declared, allow).severity).toBeUndefined();
  });

  it.each<[string[], string]>([
    [["GPL-3.0-only"], "GPL-3.0-only"],
    [["MIT", "GPL-3.0-only"], "MIT AND GPL-3.0-only"],
    [["MIT AND GPL-3.0-only"], "MIT AND GPL-3.0-only"],
    [["MIT OR Apache-2.0", "GPL-3.0-only"], "(MIT OR Apache-2.0) AND GPL-3.0-only"],
    [["GPL-2.0-only"], "GPL-2.0-only"],
    [["GPL-2.0-only WITH GCC-exception-2.0"], "GPL-2.0-only WITH GCC-exception-2.0"],
    [["EPL-1.0"], "EPL-1.0"],
    [["LicenseRef-own"], "LicenseRef-own"],
  ])("does not meet %j", (declared, rule) => {
    expect(judgeOne(declared, allow)).toMatchObject({ severity: "high", rule });
  });

  it.each<[string, string[], string]>([
    ["free words", ["Apache 2.0"], "Apache 2.0"],
    ["an identifier in other letters", ["mit"], "mit"],
    ["one of two", ["MIT", "BSD*"], "MIT AND BSD*"],
    ["npm's word for none", ["UNLICENSED"], "UNLICENSED"],
    ["a whole text", [`Permission is hereby granted,\n  free of charge, ${"to any person ".repeat(20)}`], `Permission is hereby granted, free of charge, ${"to any person ".repeat(3)}`.slice(0, 79) + "…"],
    ["brackets without end", ["(".repeat(100_000)], `${"(".repeat(79)}…`],
    ["an expression that is too long", [Array.from({ length: 200 }, () => "MIT").join(" AND ")], `${"MIT AND ".repeat(10).slice(0, 79)}…`],
    ["an expression without end", [Array.from({ length: 50_000 }, () => "MIT").join(" AND ")], `${"MIT AND ".repeat(10).slice(0, 79)}…`],
  ])("cannot read %s", (_what, declared, rule) => {
    expect(judgeOne(declared, allow)).toMatchObject({ severity: "medium", rule });
  });

  it("by default has no copyleft licence", () => {
    const { allow: defaults } = parseConfig('{"project":"a","services":{"b":{"path":"b"}}}').gates.licences;
    expect(defaults.filter((licence) => /GPL|MPL|EPL|CDDL/.test(licence))).toEqual([]);
    expect(defaults.filter((licence) => judgeOne([licence], defaults).severity !== undefined)).toEqual([]);
  });
});
