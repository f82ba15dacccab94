import { parseConfig, type Config } from "../../src/config.ts";
import type { GateContext } from "../../src/gates/gate.ts";
import type { Finding } from "../../src/report/schema.ts";
import type { RepositoryState } from "../../src/repository.ts";

export const aCommit = "0123456789abcdef0123456789abcdef01234567";

export const aRepository: RepositoryState = { commit: aCommit, branch: "main", dirty: false, shallow: false, onOrigin: [] };

export function aConfig(more: Readonly<Record<string, unknown>> = {}): Config {
  return parseConfig(JSON.stringify({ project: "notes", services: { backend: { path: "services/backend", staticAnalysis: {} }, proxy: { path: "services/proxy" } }, ...more }));
}

export function aFinding(finding: Partial<Finding> = {}): Finding {
  return { gate: "static-analysis", id: "TS2322:src/a.ts", rule: "TS2322", severity: "high", title: "Type 'string' is not assignable to type 'number'.", where: "src/a.ts:3", ...finding };
}

/** What a gate is given; the test brings the engine. */
export function aContext(context: Partial<GateContext> & Pick<GateContext, "engine">): GateContext {
  return { config: aConfig(), repository: aRepository, timeoutMs: 900_000, signal: new AbortController().signal, now: Date.parse("2026-11-23T10:00:00.000Z"), ...context };
}
