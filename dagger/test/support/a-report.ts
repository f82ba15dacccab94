import { gateNames, type GateName, type GateReport, type Report } from "../../src/report/schema.ts";
import { aCommit } from "./values.ts";

export function aGateReport(name: GateName, gate: Partial<GateReport> = {}): GateReport {
  return {
    name,
    verdict: "passed",
    mode: "block",
    blocksAt: "high",
    startedAtMs: 100,
    durationMs: 1500,
    cached: false,
    tool: { name: "tool", version: "1.2.3" },
    lookedAt: { count: 2, unit: "files" },
    facts: [],
    findings: [],
    suppressions: [],
    standIns: [],
    files: [],
    ...gate,
  };
}

/** A report in which every gate has passed, but for what a test gives. */
export function aReport(gates: Partial<Record<GateName, Partial<GateReport>>> = {}, report: Partial<Report> = {}): Report {
  return {
    $schema: "./report.schema.json",
    schemaVersion: 1,
    project: "notes",
    commit: aCommit,
    dirty: false,
    branch: "main",
    target: "rehearsal",
    startedAt: "2026-11-23T10:00:00.000Z",
    durationMs: 61_000,
    engine: "podman 4.3.1",
    verdict: "passed",
    exitCode: 0,
    summary: "Passed: 11 gates.",
    gates: gateNames.map((name) => aGateReport(name, gates[name])),
    images: [],
    allowList: [],
    steps: [],
    posture: [],
    ...report,
  };
}
