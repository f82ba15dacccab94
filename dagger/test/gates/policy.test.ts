import { describe, expect, it } from "vitest";
import { decideGate, decideRun, modeOf, type RunDecision } from "../../src/gates/policy.ts";
import { blocks } from "../../src/report/findings.ts";
import { gateNames, severities, type ExitCode, type GateMode, type GateName, type GateVerdict, type Severity, type Target } from "../../src/report/schema.ts";
import { aFinding } from "../support/values.ts";

const allowed = { reason: "looked at by Ada", until: "2027-01-31" };

describe("a finding blocks", () => {
  it.each<[Severity, Severity, boolean]>(
    severities.flatMap((severity, grade) => severities.map((at, threshold): [Severity, Severity, boolean] => [severity, at, grade <= threshold])),
  )("%s at the threshold %s: %s", (severity, at, expected) => {
    expect(blocks(aFinding({ severity }), at)).toBe(expected);
  });

  it("never when it is allowed", () => {
    expect(blocks(aFinding({ severity: "critical", allowed }), "info")).toBe(false);
  });
});

describe("a finding", () => {
  it("that the baseline has too blocks nothing", () => {
    expect(blocks(aFinding({ severity: "critical", known: true }), "info")).toBe(false);
    expect(blocks(aFinding({ severity: "critical" }), "info")).toBe(true);
  });
});

describe("a gate's verdict", () => {
  const high = aFinding({ severity: "high" });
  const low = aFinding({ severity: "low" });
  const gap = "proxy: The tool was stopped after 900 s.";
  it.each<[string, { findings?: typeof high[]; gaps?: string[]; count?: number }, { verdict: GateVerdict; reason?: string }]>([
    ["nothing found", {}, { verdict: "passed" }],
    ["something below the threshold", { findings: [low] }, { verdict: "passed" }],
    ["something allowed", { findings: [{ ...high, allowed }] }, { verdict: "passed" }],
    ["something blocking", { findings: [low, high] }, { verdict: "failed" }],
    ["something blocking, and a gap", { findings: [high], gaps: [gap] }, { verdict: "failed", reason: `Not everything could be looked at: ${gap}` }],
    ["something below the threshold, and a gap", { findings: [low], gaps: [gap] }, { verdict: "unavailable", reason: gap }],
    ["something allowed, and a gap", { findings: [{ ...high, allowed }], gaps: [gap] }, { verdict: "unavailable", reason: gap }],
    ["a gap", { gaps: [gap] }, { verdict: "unavailable", reason: gap }],
    ["two gaps", { gaps: ["backend: One.", "proxy: Two."] }, { verdict: "unavailable", reason: "backend: One. proxy: Two." }],
    ["a gap without words", { gaps: [""] }, { verdict: "unavailable", reason: "" }],
    ["nothing looked at", { count: 0 }, { verdict: "unavailable", reason: "The tool looked at nothing." }],
    ["nothing looked at, and a gap", { count: 0, gaps: [gap] }, { verdict: "unavailable", reason: gap }],
    ["nothing looked at, and a finding all the same", { count: 0, findings: [high] }, { verdict: "failed" }],
  ])("%s", (_name, { findings = [], gaps = [], count = 3 }, expected) => {
    expect(decideGate({ findings, gaps, lookedAt: { count, unit: "files" } }, "high")).toEqual(expected);
  });
});

interface Judged {
  readonly name: GateName;
  readonly verdict: GateVerdict;
  readonly mode: GateMode;
}

/** `failed`, `failed (report)` or `off`; a gate that is not named has passed. */
type State = GateVerdict | `${GateVerdict} (report)` | "off";
const states: readonly State[] = ["passed", "failed", "unavailable", "skipped", "passed (report)", "failed (report)", "unavailable (report)", "skipped (report)", "off"];

/** Three are enough for every rule; the first case has all. */
const someGates = ["secrets", "static-analysis", "images"] as const satisfies readonly GateName[];
type SomeGate = (typeof someGates)[number];

function judged(given: Partial<Record<GateName, State>>, names: readonly GateName[] = someGates): Judged[] {
  return names.map((name) => {
    const state = given[name] ?? "passed";
    if (state === "off") return { name, verdict: "skipped", mode: "off" };
    return { name, verdict: state.replace(" (report)", "") as GateVerdict, mode: state.endsWith("(report)") ? "report" : "block" };
  });
}

const all = (state: State): Record<SomeGate, State> => ({ secrets: state, "static-analysis": state, images: state });

interface Decided {
  readonly engineLost: boolean;
  readonly gates: readonly Judged[];
  readonly run: RunDecision;
}

/** Every state of every gate, with the engine there and lost. */
function everyDecision(target: Target): Decided[] {
  const combinations = states.flatMap((secrets) => states.flatMap((analysis) => states.map((images) => judged({ secrets, "static-analysis": analysis, images }))));
  return combinations.flatMap((gates) => [false, true].map((engineLost) => ({ engineLost, gates, run: decideRun(gates, target, { engineLost }) })));
}

const blocking = (gates: readonly Judged[], verdict: GateVerdict): boolean => gates.some((gate) => gate.mode === "block" && gate.verdict === verdict);

describe("the verdict of a run", () => {
  it("says how many gates have passed where their names would be too many to read", () => {
    expect(decideRun(judged({}, gateNames), "aws").summary).toBe("Passed: 11 gates.");
    expect(decideRun(judged({ sbom: "skipped" }, gateNames), "rehearsal").summary).toBe("Passed: 10 gates. Skipped: sbom; AWS would refuse that.");
  });

  type Row = [Partial<Record<GateName, State>>, Target, RunDecision["verdict"], ExitCode, string[], string];
  const threePassed = "Passed: secrets, static-analysis and images.";
  const twoPassed = "Passed: static-analysis and images.";
  it.each<Row>([
    [{}, "rehearsal", "passed", 0, [], threePassed],
    [{}, "aws", "passed", 0, [], threePassed],
    // One gate in block mode that has not passed.
    [{ secrets: "failed" }, "rehearsal", "failed", 1, ["secrets"], "Failed: secrets. Nothing was released."],
    [{ secrets: "failed" }, "aws", "failed", 1, ["secrets"], "Failed: secrets. Nothing was released."],
    [{ secrets: "unavailable" }, "rehearsal", "unavailable", 0, [], "Not a pass: secrets could not be checked. This may be rehearsed; AWS would refuse it."],
    [{ secrets: "unavailable" }, "aws", "unavailable", 1, ["secrets"], "Stopped: secrets could not be trusted or did not run, and AWS takes only what every gate that blocks has passed. Nothing was released."],
    [{ secrets: "skipped" }, "rehearsal", "passed", 0, [], `${twoPassed} Skipped: secrets; AWS would refuse that.`],
    [{ secrets: "skipped" }, "aws", "unavailable", 1, ["secrets"], "Stopped: secrets could not be trusted or did not run, and AWS takes only what every gate that blocks has passed. Nothing was released."],
    // One gate in report mode, which stops nothing.
    [{ secrets: "passed (report)" }, "rehearsal", "passed", 0, [], threePassed],
    [{ secrets: "passed (report)" }, "aws", "passed", 0, [], threePassed],
    [{ secrets: "failed (report)" }, "rehearsal", "passed", 0, [], `${twoPassed} Shown only, by its mode: secrets.`],
    [{ secrets: "failed (report)" }, "aws", "passed", 0, [], `${twoPassed} Shown only, by its mode: secrets.`],
    [{ secrets: "unavailable (report)" }, "rehearsal", "passed", 0, [], `${twoPassed} Could not be checked, and stops nothing, by its mode: secrets.`],
    [{ secrets: "unavailable (report)" }, "aws", "passed", 0, [], `${twoPassed} Could not be checked, and stops nothing, by its mode: secrets.`],
    [{ secrets: "skipped (report)" }, "rehearsal", "passed", 0, [], twoPassed],
    [{ secrets: "skipped (report)" }, "aws", "passed", 0, [], twoPassed],
    [{ secrets: "off" }, "rehearsal", "passed", 0, [], twoPassed],
    [{ secrets: "off" }, "aws", "passed", 0, [], twoPassed],
    // Without images there is nothing to rehearse.
    [{ images: "unavailable" }, "rehearsal", "unavailable", 4, ["images"], "Not a pass: images could not be checked. Nothing was released."],
    [{ images: "failed" }, "rehearsal", "failed", 1, ["images"], "Failed: images. Nothing was released."],
    [{ images: "skipped" }, "rehearsal", "passed", 0, [], "Passed: secrets and static-analysis. Skipped: images; AWS would refuse that."],
    // Several at once.
    [{ secrets: "failed", images: "failed" }, "aws", "failed", 1, ["secrets", "images"], "Failed: secrets and images. Nothing was released."],
    [{ secrets: "failed", images: "unavailable" }, "rehearsal", "failed", 1, ["secrets"], "Failed: secrets. Nothing was released. Could not be checked: images."],
    [{ secrets: "failed", images: "skipped" }, "aws", "failed", 1, ["secrets"], "Failed: secrets. Nothing was released."],
    [{ secrets: "failed (report)", images: "unavailable" }, "rehearsal", "unavailable", 4, ["images"], "Not a pass: images could not be checked. Nothing was released. Shown only, by its mode: secrets."],
    [{ secrets: "failed (report)", "static-analysis": "unavailable (report)" }, "aws", "passed", 0, [], "Passed: images. Shown only, by its mode: secrets. Could not be checked, and stops nothing, by its mode: static-analysis."],
    [
      { secrets: "unavailable", "static-analysis": "skipped" },
      "aws",
      "unavailable",
      1,
      ["secrets", "static-analysis"],
      "Stopped: secrets and static-analysis could not be trusted or did not run, and AWS takes only what every gate that blocks has passed. Nothing was released.",
    ],
    [{ secrets: "unavailable", images: "skipped" }, "rehearsal", "unavailable", 0, [], "Not a pass: secrets could not be checked. This may be rehearsed; AWS would refuse it."],
    // The only gate that ran could not be checked.
    [{ secrets: "unavailable", "static-analysis": "skipped", images: "off" }, "rehearsal", "unavailable", 4, ["secrets"], "Not a pass: secrets could not be checked. Nothing was released."],
    // All alike.
    [all("failed"), "rehearsal", "failed", 1, [...someGates], "Failed: secrets, static-analysis and images. Nothing was released."],
    [all("unavailable"), "rehearsal", "unavailable", 4, [...someGates], "Not a pass: secrets, static-analysis and images could not be checked. Nothing was released."],
    [
      all("unavailable"),
      "aws",
      "unavailable",
      1,
      [...someGates],
      "Stopped: secrets, static-analysis and images could not be trusted or did not run, and AWS takes only what every gate that blocks has passed. Nothing was released.",
    ],
    [all("skipped"), "rehearsal", "unavailable", 0, [], "No gate has passed. Skipped: secrets, static-analysis and images; AWS would refuse that."],
    [
      all("skipped"),
      "aws",
      "unavailable",
      1,
      [...someGates],
      "Stopped: secrets, static-analysis and images could not be trusted or did not run, and AWS takes only what every gate that blocks has passed. Nothing was released.",
    ],
    [all("off"), "rehearsal", "unavailable", 0, [], "No gate has passed."],
    [all("off"), "aws", "unavailable", 0, [], "No gate has passed."],
    [all("passed (report)"), "aws", "passed", 0, [], threePassed],
    [all("failed (report)"), "rehearsal", "unavailable", 0, [], "No gate has passed. Shown only, by their mode: secrets, static-analysis and images."],
    [all("unavailable (report)"), "rehearsal", "unavailable", 4, [...someGates], "Not a pass: nothing could be checked. Nothing was released. Could not be checked, and stops nothing, by their mode: secrets, static-analysis and images."],
  ])("%j for %s: %s, exit code %i", (given, target, verdict, exitCode, stoppedBy, summary) => {
    expect(decideRun(judged(given), target)).toEqual({ verdict, exitCode, stoppedBy, summary });
  });

  it.each<Row>([
    [{ secrets: "unavailable" }, "rehearsal", "unavailable", 4, ["secrets"], "Not a pass: secrets could not be checked. Nothing was released."],
    [
      { secrets: "unavailable" },
      "aws",
      "unavailable",
      4,
      ["secrets"],
      "Stopped: secrets could not be trusted or did not run, and AWS takes only what every gate that blocks has passed. Nothing was released.",
    ],
    [{ secrets: "failed", images: "unavailable" }, "rehearsal", "failed", 1, ["secrets"], "Failed: secrets. Nothing was released. Could not be checked: images."],
    [
      all("unavailable (report)"),
      "rehearsal",
      "unavailable",
      4,
      [...someGates],
      "Not a pass: the container engine was lost on the way. Nothing was released. Could not be checked, and stops nothing, by their mode: secrets, static-analysis and images.",
    ],
    [
      { images: "unavailable (report)" },
      "aws",
      "unavailable",
      4,
      ["images"],
      "Not a pass: the container engine was lost on the way. Nothing was released. Could not be checked, and stops nothing, by its mode: images.",
    ],
  ])("%j for %s, with the engine lost: %s, exit code %i", (given, target, verdict, exitCode, stoppedBy, summary) => {
    expect(decideRun(judged(given), target, { engineLost: true })).toEqual({ verdict, exitCode, stoppedBy, summary });
  });

  describe.each<Target>(["rehearsal", "aws"])("for %s, whatever the three gates' states are", (target) => {
    const decisions = everyDecision(target);

    it("a failed gate in block mode is always failed, exit code 1", () => {
      const wrong = decisions.filter(({ gates, run }) => blocking(gates, "failed") !== (run.verdict === "failed" && run.exitCode === 1));
      expect(wrong).toEqual([]);
    });

    it("an unavailable gate in block mode is never passed", () => {
      expect(decisions.filter(({ gates, run }) => blocking(gates, "unavailable") && run.verdict === "passed")).toEqual([]);
    });

    it("a lost engine is never exit code 0", () => {
      expect(decisions.filter(({ engineLost, run }) => engineLost && run.exitCode === 0)).toEqual([]);
    });

    it("what stops is named, and nothing is when nothing stops", () => {
      // An engine that is lost where every gate was cached, off or passed has stopped none of them.
      const wrong = decisions.filter(({ engineLost, run }) => (run.exitCode === 0 ? run.stoppedBy.length > 0 : run.stoppedBy.length === 0 && !engineLost));
      expect(wrong).toEqual([]);
    });

    it("passed needs a gate that has passed", () => {
      expect(decisions.filter(({ gates, run }) => run.verdict === "passed" && !gates.some((gate) => gate.verdict === "passed"))).toEqual([]);
    });

    it("a gate that is off changes nothing but who has passed", () => {
      const wrong = decisions.filter(({ gates, engineLost, run }) => {
        const without = decideRun(gates.filter((gate) => gate.mode !== "off"), target, { engineLost });
        return without.exitCode !== run.exitCode || without.verdict !== run.verdict;
      });
      expect(wrong).toEqual([]);
    });
  });

  it.each<[Target, readonly string[], object]>([
    ["aws", ["a tree with uncommitted changes"], { verdict: "unavailable", exitCode: 1, stoppedBy: ["a tree with uncommitted changes"], summary: "Stopped: AWS takes no images from a tree with uncommitted changes. Nothing was released." }],
    ["aws", [], { verdict: "passed", exitCode: 0 }],
    ["rehearsal", ["stand-ins for published images"], { verdict: "passed", exitCode: 0 }],
  ])("for %s, with images from %j: %j", (target, unreleasable, expected) => {
    expect(decideRun(judged({}), target, { engineLost: false, unreleasable })).toMatchObject(expected);
  });

  it("for aws, exit code 0 means that every gate in block mode has passed", () => {
    expect(everyDecision("aws").filter(({ gates, run }) => run.exitCode === 0 && gates.some((gate) => gate.mode === "block" && gate.verdict !== "passed"))).toEqual([]);
  });
});

describe("a gate's mode", () => {
  it.each<[GateMode, "block" | "report" | undefined, GateMode]>([
    ["block", undefined, "block"],
    ["block", "report", "report"],
    ["block", "block", "block"],
    ["report", undefined, "report"],
    ["report", "report", "report"],
    ["report", "block", "block"],
    ["off", undefined, "off"],
    ["off", "report", "off"],
    ["off", "block", "off"],
  ])("%s in gitops.json, asked for %s: %s", (configured, asked, mode) => {
    expect(modeOf(configured, asked)).toBe(mode);
  });
});
