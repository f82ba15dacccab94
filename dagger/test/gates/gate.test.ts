import { describe, expect, it } from "vitest";
import { StepError } from "../../src/engine/step-error.ts";
import { evidenceOfFailure, joinParts, UnreadableReportError, type Evidence } from "../../src/gates/gate.ts";
import { aFinding } from "../support/values.ts";

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  toolVersion: "1.2.3",
  lookedAt: { count: 2, unit: "files" },
  findings: [],
  suppressions: [],
  gaps: [],
  cached: true,
  standIns: [],
  raw: new Map(),
  ...more,
});

const failing = (error: Error) => async (): Promise<Evidence> => Promise.reject(error);

describe("the parts of a gate", () => {
  it("are joined: counts add up, findings follow each other, versions and stand-ins are named once", async () => {
    const a = evidence({ findings: [aFinding()], standIns: ["localhost/stand-in/node:24"], raw: new Map([["a.log", "a"]]), suppressions: [{ marker: "m", where: "a:1" }], facts: [{ name: "coverage", value: "90 %" }] });
    const b = evidence({ lookedAt: { count: 3, unit: "files" }, standIns: ["localhost/stand-in/node:24"], raw: new Map([["b.log", "b"]]), files: new Map([["sbom/a.cdx.json", "{}"]]) });
    expect(await joinParts({ a: async () => Promise.resolve(a), b: async () => Promise.resolve(b) })).toEqual({
      toolVersion: "1.2.3",
      lookedAt: { count: 5, unit: "files" },
      findings: [aFinding()],
      suppressions: [{ marker: "m", where: "a:1" }],
      gaps: [],
      unreadable: false,
      cached: true,
      standIns: ["localhost/stand-in/node:24"],
      raw: new Map([["a.log", "a"], ["b.log", "b"]]),
      facts: [{ name: "coverage", value: "90 %" }],
      files: new Map([["sbom/a.cdx.json", "{}"]]),
      images: [],
      controls: [],
    });
  });

  it("are from the cache only when each is", async () => {
    expect((await joinParts({ a: async () => Promise.resolve(evidence()), b: async () => Promise.resolve(evidence({ cached: false })) })).cached).toBe(false);
  });

  it("one that fails is a gap, with its log, and hides no finding of another", async () => {
    const joined = await joinParts({
      backend: failing(new StepError("TIMED_OUT", "tsc was stopped after 900 s.", { log: "the last line" })),
      frontend: async () => Promise.resolve(evidence({ findings: [aFinding()] })),
    });
    expect(joined).toMatchObject({ gaps: ["backend: tsc was stopped after 900 s."], findings: [aFinding()], cached: false, lookedAt: { count: 2, unit: "files" } });
    expect(joined.raw.get("backend.log")).toBe("the last line");
  });

  it("one that looked at nothing is a gap, whatever the others looked at", async () => {
    const joined = await joinParts({ backend: async () => Promise.resolve(evidence()), frontend: async () => Promise.resolve(evidence({ lookedAt: { count: 0, unit: "files" } })) });
    expect(joined.gaps).toEqual(["frontend: The tool looked at nothing."]);
  });

  it("none that has a result leaves an unknown version and nothing looked at", async () => {
    expect(await joinParts({ backend: failing(new UnreadableReportError("ESLint left an empty report.", "raw")) })).toMatchObject({
      toolVersion: "unknown",
      lookedAt: { count: 0, unit: "parts" },
      gaps: ["backend: ESLint left an empty report."],
      cached: false,
      raw: new Map([["backend.log", "raw"]]),
    });
  });

  it("are cancelled as one", async () => {
    await expect(joinParts({ a: async () => Promise.resolve(evidence()), b: failing(new StepError("CANCELLED", "Stopped.")) })).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("a defect of ours is not turned into a gap", async () => {
    await expect(joinParts({ a: failing(new TypeError("undefined is not a function")) })).rejects.toThrow(TypeError);
  });
});

describe("a gate that saw nothing", () => {
  it.each([
    ["no result", new StepError("IMAGE_UNAVAILABLE", "No registry answers.", { log: "dial tcp" }), ["No registry answers."], new Map([["error.log", "dial tcp"]])],
    ["no readable report", new UnreadableReportError("gitleaks left an empty report."), ["gitleaks left an empty report."], new Map()],
  ])("says why: %s", (_name, error, gaps, raw) => {
    expect(evidenceOfFailure(error)).toMatchObject({ gaps, raw, lookedAt: { count: 0 }, findings: [], toolVersion: "unknown", cached: false });
  });

  it.each([new StepError("CANCELLED", "Stopped."), new TypeError("a defect"), "a text"])("throws what is no reason for it: %s", (error) => {
    expect(() => evidenceOfFailure(error)).toThrow();
  });
});
