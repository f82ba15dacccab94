import type { CommandResult, Step, StepResult } from "../../engine/engine.ts";
import { UnreadableReportError, type GateContext } from "../gate.ts";
import { foundCode } from "./audit.ts";

const report = "/report/audit.json";

/** npm's exit code 1 means "vulnerable" and "could not": a report is what tells the two apart, and one that may be kept. */
const auditScript = `npm "$@" >${report}; code=$?; if [ $code = 1 ] && grep -q '"auditReportVersion"' ${report}; then code=${String(foundCode)}; fi; exit $code`;
/** What npm's configuration could hide behind, in whatever file it stands. */
const auditOptions = ["--offline=false", "--package-lock=true", "--global=false", "--audit-level=info", "--include=prod", "--include=dev", "--include=optional", "--include=peer"];

/** Asks for the packages of one lock file. `keep` says which of its outcomes serve later runs. */
export function auditStep(name: string, context: Pick<GateContext, "timeoutMs" | "now">, files: { manifest: string; lockName: string; lock: string }, keep: readonly number[]): Step {
  return {
    name,
    image: { kind: "named", name: "node" },
    files: [
      { from: "text", content: files.manifest, to: "/audit/package.json" },
      { from: "text", content: files.lock, to: `/audit/${files.lockName}` },
      { from: "text", content: "", to: report },
    ],
    workdir: "/audit",
    commands: [
      { argv: ["npm", "--version"], accept: [0] },
      { argv: ["npm", "config", "get", "offline", "workspace"], accept: [0, 1] },
      { program: "npm audit", argv: ["sh", "-c", auditScript, "sh", "audit", "--json", "--loglevel=http", "--fetch-timeout=60000", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--update-notifier=false", ...auditOptions], accept: [0, 1, foundCode], keep },
    ],
    env: { NO_COLOR: "1" },
    secrets: {},
    caches: {},
    outputs: [report],
    timeoutMs: context.timeoutMs,
    memoryMb: 1024,
    network: "registries",
    freshness: freshnessOf(context.now),
  };
}

/** The parts of a step's result; throws UnreadableReportError where npm is configured not to ask. */
export function readAuditStep(result: StepResult): { npm: string; audit: CommandResult; text: string } {
  const [version, config, audit] = result.commands;
  if (version === undefined || config === undefined || audit === undefined) throw new UnreadableReportError("npm audit did not run.");
  if (config.stderr.includes("ENOWORKSPACES") || !/^workspace ?= ?("")?$/m.test(config.stdout)) throw new UnreadableReportError("npm is configured for one workspace, and would look at nothing else. Take workspace out of the npm configuration that the pipeline uses.", config.stdout + config.stderr);
  // On the command line it is switched off again; who switched it on did not want to be asked.
  if (!/^offline ?= ?false$/m.test(config.stdout)) throw new UnreadableReportError("npm is configured with offline=true, with which it asks nobody for advisories. Take it out of the npm configuration that the pipeline uses.", config.stdout);
  return { npm: `npm ${version.stdout.trim()}`, audit, text: result.outputs.get(report) ?? "" };
}

/** Advisories change without us: a result serves for six hours of the day, UTC, at most. */
export const freshnessOf = (now: number): string => {
  const date = new Date(now);
  const block = Math.floor(date.getUTCHours() / 6) * 6;
  return `${date.toISOString().slice(0, 10)} ${String(block).padStart(2, "0")}:00 UTC`;
};
