import fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dependencies } from "../../../src/gates/dependencies.ts";
import { evidenceOfFailure, type Evidence } from "../../../src/gates/gate.ts";
import { readJunitRun } from "../../../src/gates/tests/junit.ts";
import { decideGate } from "../../../src/gates/policy.ts";
import { vitestFiles } from "../../../src/gates/tests/unit-test-steps.ts";
import { unitTests } from "../../../src/gates/unit-tests.ts";
import { dependenciesCases } from "../../record/dependencies-cases.ts";
import { pytestCases, pytestCommand } from "../../record/unit-tests-cases.ts";
import { readFixture, recordedEngine, recordedSteps, type Fixture } from "../../support/fixtures.ts";
import { mutatedJson } from "../../support/mutated-json.ts";
import { mutatedText } from "../../support/mutated-text.ts";
import { aConfig, aContext } from "../../support/values.ts";

/**
 * Whatever becomes of a real report, these gates never crash, and pass only where
 * the report was clean before, and still tells of every test or package.
 */

const runs = { numRuns: 200 };
const casesOf = (folder: string): string[] => readdirSync(new URL(`../../fixtures/${folder}/`, import.meta.url)).map((file) => file.replace(/\.(json|xml)$/, ""));
const withOutput = (fixture: Fixture, path: string, text: string): Fixture => ({ ...fixture, outputs: { ...fixture.outputs, [path]: text } });

async function lookAtTests(fixture: Fixture, unitTestSettings: object): Promise<{ evidence: Evidence; verdict: string }> {
  const config = aConfig({ services: { web: { path: "web", unitTests: unitTestSettings } } });
  const evidence = await unitTests.look(aContext({ config, engine: recordedEngine(fixture) })).catch(evidenceOfFailure);
  return { evidence, verdict: decideGate(evidence, unitTests.blocksAt).verdict };
}

async function neverPassesByAccident(name: string, settings: object, paths: readonly string[], mutate: (text: string) => fc.Arbitrary<string>): Promise<void> {
  const fixture = readFixture(name);
  const original = await lookAtTests(fixture, settings);
  for (const path of paths) {
    const text = fixture.outputs[path] ?? "";
    if (text === "") continue;
    await fc.assert(
      fc.asyncProperty(mutate(text), async (mutated) => {
        const { evidence, verdict } = await lookAtTests(withOutput(fixture, path, mutated), settings);
        if (verdict !== "passed") return;
        expect(original.verdict).toBe("passed");
        expect(evidence.lookedAt.count).toBeGreaterThanOrEqual(original.evidence.lookedAt.count);
      }),
      runs,
    );
  }
}

describe("a mutated report of tests passes only if it was clean and is complete", () => {
  it.each(casesOf("vitest"))("vitest/%s", async (name) => {
    const settings = name === "no-coverage-package" ? { target: "without-coverage" } : {};
    await neverPassesByAccident(`vitest/${name}`, settings, [vitestFiles.report, vitestFiles.summary], mutatedJson);
    await neverPassesByAccident(`vitest/${name}`, settings, [vitestFiles.report, vitestFiles.lcov], mutatedText);
  });

  it.each(casesOf("pytest"))("pytest/%s", async (name) => {
    const [junit, lcov] = ["/app/reports/junit.xml", "/app/reports/lcov.info"];
    await neverPassesByAccident(`pytest/${name}`, { command: pytestCommand(pytestCases[name]?.options), junit, lcov }, [junit, lcov], mutatedText);
  });

  it.each(casesOf("junit"))("junit/%s", (name) => {
    const text = readFileSync(new URL(`../../fixtures/junit/${name}.xml`, import.meta.url), "utf8");
    const exitCode = name.endsWith("-failures") ? 1 : 0;
    const place = { sources: "/app", path: "web" };
    const count = (xml: string): number => {
      const run = readJunitRun(xml, place, exitCode);
      return run.failed > 0 ? -1 : run.passed + run.skipped;
    };
    const original = count(text);
    fc.assert(
      fc.property(mutatedText(text), (mutated) => {
        let counted: number;
        try {
          counted = count(mutated);
        } catch (error) {
          expect(error).toHaveProperty("name", "UnreadableReportError");
          return;
        }
        // One that stands twice takes nothing away. Surefire's sums are no help where it ran a test again.
        if (counted >= 0 && exitCode === 0 && name !== "surefire-flaky") expect(counted).toBeGreaterThanOrEqual(original);
      }),
      runs,
    );
  });
});

describe("a mutated report of npm audit passes only if it was clean and is complete", () => {
  const path = "/report/audit.json";
  const config = aConfig({ services: { web: { path: "web" } } });

  async function look(name: string, change: { feed?: string; audit?: string; log?: string }): Promise<{ evidence: Evidence; verdict: string }> {
    const engine = recordedSteps((step) => {
      const feed = step.name === "dependencies/feed";
      const fixture = readFixture(`npm-audit/${name}${feed ? ".feed" : ""}`);
      const text = feed ? change.feed : change.audit;
      const logged = feed || change.log === undefined ? fixture : { ...fixture, commands: fixture.commands.map((command, index) => (index === 2 ? { ...command, stderr: change.log ?? "" } : command)) };
      return text === undefined ? logged : withOutput(logged, path, text);
    }, dependenciesCases[name]?.files);
    const evidence = await dependencies.look(aContext({ engine, config })).catch(evidenceOfFailure);
    return { evidence, verdict: decideGate(evidence, dependencies.blocksAt).verdict };
  }

  it.each(["clean", "vulnerable", "configuration-lax"])("%s", async (name) => {
    const original = await look(name, {});
    const passesOnlyAs = async (change: Parameters<typeof look>[1]): Promise<void> => {
      const { evidence, verdict } = await look(name, change);
      if (verdict !== "passed") return;
      expect(original.verdict).toBe("passed");
      expect(evidence.lookedAt).toEqual(original.evidence.lookedAt);
    };
    const audit = readFixture(`npm-audit/${name}`);
    const text = audit.outputs[path] ?? "";
    await fc.assert(fc.asyncProperty(mutatedJson(text), async (mutated) => passesOnlyAs({ audit: mutated })), runs);
    await fc.assert(fc.asyncProperty(mutatedText(text), async (mutated) => passesOnlyAs({ audit: mutated })), runs);
    await fc.assert(fc.asyncProperty(mutatedText(audit.commands[2]?.stderr ?? ""), async (log) => passesOnlyAs({ log })), runs);
  });

  it.each(casesOf("npm-audit").filter((name) => name.endsWith(".feed")).map((name) => name.replace(".feed", "")))("the question whether anybody is there: %s", async (name) => {
    const original = await look(name, {});
    const text = readFixture(`npm-audit/${name}.feed`).outputs[path] ?? "";
    await fc.assert(
      fc.asyncProperty(mutatedText(text), async (feed) => {
        const { verdict } = await look(name, { feed });
        if (original.verdict === "unavailable") expect(verdict).toBe("unavailable");
        else if (verdict !== original.verdict) expect(verdict).toBe("unavailable");
      }),
      runs,
    );
  });
});
