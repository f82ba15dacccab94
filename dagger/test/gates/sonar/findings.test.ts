import { describe, expect, it } from "vitest";
import { hotspotFinding, issueFinding, type FindingsOf } from "../../../src/gates/sonar/findings.ts";
import type { Hotspot, Issue } from "../../../src/gates/sonar/record.ts";

const own: FindingsOf = { project: "notes", services: { backend: { path: "services/backend" } } };
const given: FindingsOf = { ...own, pages: { host: "https://sonar.example", organization: undefined } };

const anIssue = (issue: Partial<Issue>): Issue => ({ key: "key-1", rule: "typescript:S1764", severity: "MAJOR", component: "notes:services/backend/src/a.ts", line: 3, message: "Mend it.", type: "CODE_SMELL", ...issue });
const aHotspot: Hotspot = { key: "key-2", ruleKey: "docker:S6470", component: "notes:services/backend/Dockerfile", line: 4, message: "Make sure.", vulnerabilityProbability: "LOW" };

describe("an issue's finding", () => {
  it.each<[Issue["type"], Issue["severity"], string, string]>([
    ["BUG", "BLOCKER", "critical", "medium"],
    ["BUG", "CRITICAL", "critical", "medium"],
    ["BUG", "MAJOR", "high", "medium"],
    ["BUG", "MINOR", "high", "low"],
    ["VULNERABILITY", "INFO", "high", "info"],
    ["VULNERABILITY", "MINOR", "high", "low"],
    ["CODE_SMELL", "BLOCKER", "medium", "medium"],
    ["CODE_SMELL", "MINOR", "low", "low"],
    ["CODE_SMELL", "INFO", "info", "info"],
  ])("of a %s that is %s is %s on our own server, where it stops a release by itself, and %s on another", (type, severity, onOwn, onGiven) => {
    expect(issueFinding(anIssue({ type, severity }), own).severity).toBe(onOwn);
    expect(issueFinding(anIssue({ type, severity }), given).severity).toBe(onGiven);
  });

  it("of a function that is too complex stops a release on our own server only, in every language", () => {
    for (const rule of ["typescript:S3776", "python:S3776", "java:S3776"]) {
      expect(issueFinding(anIssue({ rule, severity: "CRITICAL" }), own).severity).toBe("high");
      expect(issueFinding(anIssue({ rule, severity: "CRITICAL" }), given).severity).toBe("medium");
    }
  });

  it.each<[string, Partial<Issue>, string, string | undefined]>([
    ["a line", {}, "services/backend/src/a.ts:3", "backend"],
    ["a whole file", { line: undefined }, "services/backend/src/a.ts", "backend"],
    ["a file of no service", { component: "notes:cdktf/main.ts" }, "cdktf/main.ts:3", undefined],
    ["a service that another's name begins like", { component: "notes:services/backend-2/a.ts" }, "services/backend-2/a.ts:3", undefined],
    ["the whole project", { component: "notes", line: undefined }, "project", undefined],
  ])("is about %s", (_, issue, where, service) => {
    expect(issueFinding(anIssue(issue), own)).toMatchObject({ where, ...(service === undefined ? {} : { service }) });
    expect(issueFinding(anIssue(issue), own).service).toBe(service);
  });

  it.each<[string, FindingsOf, Partial<Issue>, string | undefined]>([
    ["the rule, where nobody can see our own server", own, {}, "https://rules.sonarsource.com/typescript/RSPEC-1764/"],
    ["the rule in the page's own words", own, { rule: "Web:S5254" }, "https://rules.sonarsource.com/html/RSPEC-5254/"],
    ["nothing for rules of which there is no page", own, { rule: "external_eslint:no-var" }, undefined],
    ["the issue on the server that was given", given, {}, "https://sonar.example/project/issues?id=notes&open=key-1"],
  ])("links to %s", (_, of, issue, link) => {
    expect(issueFinding(anIssue(issue), of).link).toBe(link);
  });
});

describe("a hotspot's finding", () => {
  it("stops a release on our own server, whatever Sonar thinks its danger to be", () => {
    expect(hotspotFinding(aHotspot, own)).toEqual({
      gate: "code-quality",
      id: "docker:S6470:services/backend/Dockerfile",
      rule: "docker:S6470",
      severity: "high",
      title: "Security hotspot that nobody has reviewed: Make sure.",
      where: "services/backend/Dockerfile:4",
      service: "backend",
      link: "https://rules.sonarsource.com/docker/RSPEC-6470/",
    });
  });

  it("is shown only where another server judges, and found at the page of its kind of server", () => {
    expect(hotspotFinding(aHotspot, given)).toMatchObject({ severity: "medium", link: "https://sonar.example/security_hotspots?id=notes&hotspots=key-2" });
    expect(hotspotFinding(aHotspot, { ...given, pages: { host: "https://sonarcloud.io", organization: "team" } }).link).toBe("https://sonarcloud.io/project/security_hotspots?id=notes&hotspots=key-2");
  });
});
