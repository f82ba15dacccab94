import { describe, expect, it } from "vitest";
import type { Step, StepResult } from "../../src/engine/engine.ts";
import { StepError } from "../../src/engine/step-error.ts";
import { dependencies, readAuditedLock } from "../../src/gates/dependencies.ts";
import type { Evidence } from "../../src/gates/gate.ts";
import { parseNpmLock } from "../../src/gates/npm/lock.ts";
import { decideGate } from "../../src/gates/policy.ts";
import { dependenciesCases, npmProject, vulnerable } from "../record/dependencies-cases.ts";
import { readFixture, recordedSteps, resultOf } from "../support/fixtures.ts";
import { aConfig, aContext } from "../support/values.ts";

const config = aConfig({ services: { web: { path: "web" }, proxy: { path: "proxy" } } });
const decide = (evidence: Evidence) => decideGate(evidence, dependencies.blocksAt);

/** A recorded run of the gate; other files of the tree on request. */
async function look(name: string, files: Readonly<Record<string, string>> = dependenciesCases[name]?.files ?? {}): Promise<Evidence> {
  const engine = recordedSteps((step) => readFixture(`npm-audit/${name}${step.name === "dependencies/feed" ? ".feed" : ""}`), files);
  return dependencies.look(aContext({ engine, config }));
}

describe("the dependencies gate, on what npm really left", () => {
  it("passes when no package is known to be vulnerable, and says how many it asked for", async () => {
    const evidence = await look("clean");
    expect(evidence).toMatchObject({
      toolVersion: expect.stringMatching(/^npm 11\.\d+\.\d+$/) as string,
      lookedAt: { count: 1, unit: "packages" },
      findings: [],
      gaps: [],
      facts: [
        { name: "lock files", value: "1" },
        { name: "advisories as of", value: "2026-11-23 06:00 UTC" },
      ],
    });
    expect([...evidence.raw.keys()]).toEqual(["feed.log", "web-package-lock.json.audit.json", "web-package-lock.json.log"]);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it("fails with each advisory: the packages, the way from a direct dependency, the fix", async () => {
    const evidence = await look("vulnerable");
    expect(evidence.findings).toEqual([
      {
        gate: "dependencies",
        id: "GHSA-vh95-rmgr-6w4m:web/package-lock.json:minimist",
        rule: "GHSA-vh95-rmgr-6w4m",
        severity: "medium",
        title: "Prototype Pollution in minimist (affects <0.2.1)",
        where: "minimist@1.2.5, 0.0.8",
        service: "web",
        link: "https://github.com/advisories/GHSA-vh95-rmgr-6w4m",
        via: ["minimist@1.2.5"],
      },
      expect.objectContaining({ id: "GHSA-xvch-5gv4-984h:web/package-lock.json:minimist", severity: "critical", title: "Prototype Pollution in minimist (affects <0.2.4 or >=1.0.0 <1.2.6)" }),
      expect.objectContaining({ id: "GHSA-w9mr-4mfr-499f:web/package-lock.json:ms", severity: "medium", where: "ms@0.7.0", fixedIn: "ms@2.1.3 (a major version)", via: ["ms@0.7.0"] }),
    ]);
    expect(evidence.lookedAt.count).toBe(5);
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("asks for development dependencies, and takes low severities, whatever npm's configuration says", async () => {
    const evidence = await look("configuration-lax");
    expect(evidence.findings.map((finding) => finding.rule)).toEqual(["GHSA-vh95-rmgr-6w4m", "GHSA-xvch-5gv4-984h", "GHSA-w9mr-4mfr-499f"]);
    expect(decide(evidence).verdict).toBe("failed");
  });

  it.each([
    ["registry-refuses", "The registry (registry.example) has no advisories: it answered 405 to POST /-/npm/v1/security/advisories/bulk."],
    ["registry-forbids", "The registry (registry.example) does not give its advisories to us: it answered 403 to POST /-/npm/v1/security/advisories/bulk."],
    ["registry-breaks", "The registry (registry.example) could not give its advisories: it answered 503 to POST /-/npm/v1/security/advisories/bulk."],
    ["registry-sends-a-page", "The registry (registry.example) answered with something else than advisories (a page, perhaps) to POST /-/npm/v1/security/advisories/bulk."],
    ["registry-knows-nothing", "The registry answers, and knows of no vulnerability in minimist 1.2.5, which every database of advisories has: its answers mean nothing."],
    ["registry-sends-a-list", "The registry answers, and knows of no vulnerability in minimist 1.2.5, which every database of advisories has: its answers mean nothing."],
    ["registry-is-not-there", "The registry's advisories could not be had: request to http://registry.example/-/npm/v1/security/advisories/bulk failed, reason: connect ECONNREFUSED registry.example"],
    ["offline", "npm is configured with offline=true, with which it asks nobody for advisories. Take it out of the npm configuration that the pipeline uses."],
    ["one-workspace", "npm is configured for one workspace, and would look at nothing else. Take workspace out of the npm configuration that the pipeline uses."],
  ])("is unavailable where nobody has really answered: %s", async (name, reason) => {
    expect(decide(await look(name))).toEqual({ verdict: "unavailable", reason });
  });
});

describe("lock files", () => {
  const other = npmProject("tools", { dependencies: { minimist: "^1.2.8" } }, { "node_modules/minimist": { version: "1.2.8" } });
  const gapsWith = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => (await look("clean", files)).gaps;
  const lockOf = (change: (lock: Record<string, unknown>) => object): Record<string, string> => ({ ...other, "tools/package-lock.json": JSON.stringify(change(JSON.parse(other["tools/package-lock.json"] ?? "") as Record<string, unknown>)) });

  it("each is asked for by itself, with nothing but it and its package.json, and its answer serves for six hours", async () => {
    const steps: Step[] = [];
    const engine = recordedSteps((step) => { steps.push(step); return readFixture(`npm-audit/clean${step.name === "dependencies/feed" ? ".feed" : ""}`); }, { ...dependenciesCases["clean"]?.files, ...other, "x/node_modules/y/package-lock.json": "{}" });
    const evidence = await dependencies.look(aContext({ engine, config, now: Date.parse("2026-11-23T17:59:59Z") }));
    expect(evidence.lookedAt.count).toBe(2);
    expect(steps.map((step) => step.name)).toEqual(["dependencies/feed", "dependencies/tools/package-lock.json", "dependencies/web/package-lock.json"]);
    expect(steps[2]).toMatchObject({ image: { kind: "named", name: "node" }, network: "registries", freshness: "2026-11-23 12:00 UTC" });
    expect(steps[2]?.files).toMatchObject([{ to: "/audit/package.json" }, { to: "/audit/package-lock.json" }, { content: "", to: "/report/audit.json" }]);
    expect(steps.map((step) => step.commands.at(-1)?.keep)).toEqual([[10], [0, 10], [0, 10]]);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ["of npm 6", lockOf((lock) => ({ ...lock, lockfileVersion: 1 })), "tools/package-lock.json: It is of version 1, as npm 6 and older write it: it does not say where each package is installed. Renew it with: npm install --package-lock-only, of npm 7 or later."],
    ["of an npm to come", lockOf((lock) => ({ ...lock, lockfileVersion: 4 })), "tools/package-lock.json: It is of version 4, of a newer npm than this pipeline knows (2 and 3)."],
    ["without packages", lockOf(({ lockfileVersion }) => ({ lockfileVersion })), "tools/package-lock.json: It is not of npm's form: packages: Invalid input: expected record, received undefined. Renew it with: npm install --package-lock-only"],
    ["that is a merge conflict", { ...other, "tools/package-lock.json": "<<<<<<< HEAD\n{}" }, "tools/package-lock.json: It is not JSON (a merge conflict, perhaps). Renew it with: npm install --package-lock-only"],
    ["without a package.json", { "tools/package-lock.json": other["tools/package-lock.json"] ?? "" }, "tools/package-lock.json: There is no package.json beside it, so nobody knows what it belongs to."],
    ["that does not fit its package.json", { ...other, "tools/package.json": '{"dependencies": {"minimist": "^1.2.8", "ms": "0.7.0"}}' }, "tools/package-lock.json: It does not fit the package.json beside it, which asks for ms 0.7.0. Renew it with: npm install --package-lock-only"],
    ["of Yarn", { "tools/yarn.lock": "" }, "tools/yarn.lock: It is not npm's, and this gate reads npm's lock files only."],
    ["of pnpm", { "tools/pnpm-lock.yaml": "" }, "tools/pnpm-lock.yaml: It is not npm's, and this gate reads npm's lock files only."],
    ["of Bun", { "tools/bun.lock": "" }, "tools/bun.lock: It is not npm's, and this gate reads npm's lock files only."],
  ])("%s are a gap, which hides nothing of the others", async (_name, files, gap) => {
    const evidence = await look("vulnerable", { ...vulnerable, ...files });
    expect(evidence.gaps).toEqual([gap]);
    expect(decide(evidence)).toEqual({ verdict: "failed", reason: `Not everything could be looked at: ${gap}` });
  });

  it("that are missing are a gap, where a service asks for packages and no lock file covers it", async () => {
    const clean = dependenciesCases["clean"]?.files ?? {};
    const manifest = { "proxy/package.json": '{"devDependencies": {"minimist": "1"}}' };
    const gap = "proxy/package.json: No lock file covers it, so nobody knows which versions it gets. Make one with: npm install --package-lock-only";
    expect(await gapsWith({ ...clean, ...manifest })).toEqual([gap]);
    expect(await gapsWith({ ...clean, "proxy/package.json": '{"type": "module"}' })).toEqual([]);
    const root = npmProject(".", { dependencies: { minimist: "^1.2.8" } }, { "node_modules/minimist": { version: "1.2.8" }, proxy: { devDependencies: { minimist: "1" } } });
    const atRoot = Object.fromEntries(Object.entries(root).map(([path, text]) => [path.slice(2), text]));
    expect(await gapsWith({ ...clean, ...manifest, ...atRoot })).toEqual([]);
    expect(await gapsWith({ ...clean, ...manifest, "yarn.lock": "" })).toEqual(["yarn.lock: It is not npm's, and this gate reads npm's lock files only."]);
  });

  it("that do not list what is asked for, or another thing than a workspace asks for, are not whole", async () => {
    const wanted = { dependencies: { minimist: "^1.2.8" } };
    expect(await gapsWith(npmProject("web", wanted, {}))).toEqual(["web/package-lock.json: It does not list minimist, which the project asks for: it is not whole. Renew it with: npm install --package-lock-only"]);
    const packages = { "node_modules/minimist": { version: "1.2.8" }, part: { dependencies: { minimist: "1" } } };
    const whole = npmProject("web", wanted, packages);
    expect(await gapsWith({ ...whole, "web/part/package.json": '{"dependencies": {"minimist": "1"}}' })).toEqual([]);
    expect(await gapsWith({ ...whole, "web/part/package.json": '{"dependencies": {"minimist": "^2"}}' })).toEqual(["web/package-lock.json: It does not fit the package.json of its workspace part, which asks for minimist ^2. Renew it with: npm install --package-lock-only"]);
    expect(await gapsWith(npmProject("web", wanted, { ...packages, part: { dependencies: { left: "1" } } }))).toEqual([expect.stringContaining("It does not list left, which part asks for") as string]);
  });

  it("that are not there at all, or list nothing, leave the gate unavailable, without asking anybody", async () => {
    const reason = "No npm lock file of this repository lists a package, and this gate reads npm's only. Where nothing comes from npm, turn it off in gitops.json and say so.";
    expect(decide(await look("clean", {}))).toEqual({ verdict: "unavailable", reason });
    expect(decide(await look("clean", npmProject("web", {}, {})))).toEqual({ verdict: "unavailable", reason });
  });

  it("with a package that is highly vulnerable, and none that is critically, fail", async () => {
    const evidence = await look("vulnerable");
    const high = evidence.findings.map((finding) => ({ ...finding, severity: "high" as const }));
    expect(decide({ ...evidence, findings: high })).toEqual({ verdict: "failed" });
    expect(decide({ ...evidence, findings: high.map((finding) => ({ ...finding, severity: "medium" as const })) })).toEqual({ verdict: "passed" });
  });

  it("without packages do not stand in the way of others", async () => {
    expect(decide(await look("clean", { ...dependenciesCases["clean"]?.files, ...npmProject("tools", {}, {}) }))).toEqual({ verdict: "passed" });
  });

  it("about which the same is wrong share one sentence", async () => {
    const engine = recordedSteps((step) => {
      if (step.name === "dependencies/feed") return readFixture("npm-audit/clean.feed");
      throw new StepError("TIMED_OUT", "npm audit was stopped after 60 s.");
    }, { ...dependenciesCases["clean"]?.files, ...other });
    expect((await dependencies.look(aContext({ engine, config }))).gaps).toEqual(["tools/package-lock.json, web/package-lock.json: npm audit was stopped after 60 s."]);
  });

  it("are not hidden by a registry that does not answer: what is wrong with them is said too", async () => {
    expect((await look("registry-refuses", { ...vulnerable, "yarn.lock": "" })).gaps).toEqual([
      "The registry (registry.example) has no advisories: it answered 405 to POST /-/npm/v1/security/advisories/bulk.",
      "yarn.lock: It is not npm's, and this gate reads npm's lock files only.",
    ]);
  });
});

describe("a report of npm audit that cannot be trusted", () => {
  const file = { path: "web/package-lock.json", lock: parseNpmLock(vulnerable["web/package-lock.json"] ?? "", vulnerable["web/package.json"]) };
  const faulty = resultOf(readFixture("npm-audit/vulnerable"));
  const clean = resultOf(readFixture("npm-audit/clean"));
  const path = "/report/audit.json";
  const withReport = (change: (report: string) => string, result: StepResult = faulty): StepResult => ({ ...result, outputs: new Map([[path, change(result.outputs.get(path) ?? "")]]) });
  const withAudit = (change: Partial<StepResult["commands"][number]>, result: StepResult = faulty): StepResult => ({ ...result, commands: [...result.commands.slice(0, 2), { exitCode: 0, stdout: "", stderr: "", ...result.commands[2], ...change }] });
  const logged = faulty.commands[2]?.stderr ?? "";

  it.each<[string, StepResult, string | RegExp]>([
    ["empty", withReport(() => ""), "npm audit left an empty report."],
    ["cut off", withReport((report) => report.slice(0, -9)), /^npm audit left a report that is cut off/],
    ["of another version", withReport((report) => report.replace('"auditReportVersion": 2', '"auditReportVersion": 3')), /auditReportVersion: /],
    ["with a message in it", withReport((report) => report.replace("{", '{"message": "ETIMEDOUT at https://user:geheim@registry.example/x",')), "The registry's advisories could not be had: ETIMEDOUT at https://registry.example/x"],
    ["with an error in it", withReport((report) => report.replace("{", '{"error": {"code": "ENOLOCK", "summary": "This command requires an existing lockfile."},')), "npm could not audit: This command requires an existing lockfile."],
    ["without a question to the registry", withAudit({ stderr: "" }), "npm printed a report without having asked the registry for advisories."],
    ["with an answer from npm's cache", withAudit({ stderr: logged.replace("npm http fetch POST 200", "npm http cache") }), "npm printed a report without having asked the registry for advisories."],
    ["with an answer that is none", withAudit({ stderr: logged.replace("POST 200", "POST 204") }), "npm printed a report although the registry answered 204 to POST /-/npm/v1/security/advisories/bulk."],
    ["vulnerabilities, and the exit code of none", withAudit({ exitCode: 0 }), "npm audit ended with 0 but reported 4 vulnerable packages: one of them is wrong."],
    ["no vulnerability, and the exit code of some", withAudit({ exitCode: 10 }, clean), "npm audit ended with 10 but reported 0 vulnerable packages: one of them is wrong."],
    ["other sums", withReport((report) => report.replace('"moderate": 3', '"moderate": 2')), "npm audit's sums are not those of its vulnerabilities: the report is not whole."],
    ["a severity that nobody knows", withReport((report) => report.replaceAll('"critical"', '"dreadful"')), /severity: /],
    ["a cause that is not there", withReport((report) => report.replace(/"via": \[\s*"minimist"/, '"via": ["nobody"')), "npm audit's report does not say what is wrong with mkdirp: it is not whole."],
    ["a package in a place that the lock file does not have", withReport((report) => report.replace('"node_modules/minimist"', '"node_modules/x/node_modules/minimist"')), "npm audit reports minimist in a place where the lock file does not have it."],
    ["another package than the lock file has there", withReport((report) => report.replace('"node_modules/minimist"', '"node_modules/ms"')), "npm audit reports minimist in a place where the lock file does not have it."],
    ["fewer packages than the lock file has", clean, "npm audit looked at 1 packages, and the lock file has 5."],
    ["no command", { ...clean, commands: clean.commands.slice(0, 2) }, "npm audit did not run."],
  ])("%s", (_name, result, message) => {
    expect(() => readAuditedLock(file, "web", result)).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: typeof message === "string" ? message : (expect.stringMatching(message) as string) }));
  });

  it("keeps no password of the registry's address", () => {
    const evidence = readAuditedLock(file, "web", withAudit({ stderr: logged.replaceAll("http://registry.example", "http://user:geheim@registry.example") }));
    expect(JSON.stringify([...evidence.raw])).not.toContain("geheim");
  });
});
