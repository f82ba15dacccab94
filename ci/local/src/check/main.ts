import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { formatDuration } from "../../../../dagger/src/report/words.ts";
import { applicationCheck } from "./application-check.ts";
import type { Check, CheckResult } from "./check.ts";
import { databaseCheck } from "./database-check.ts";
import { ownChecks } from "./own-checks.ts";
import { releaseCheck } from "./release-check.ts";
import { runLanes } from "./run-lanes.ts";
import { proxyCheck, serviceChecks } from "./service-checks.ts";

/**
 * `npm test`: every check of this project, or those that are named. One line
 * for each as it ends, then `N passed, N failed`; exit code 1 when any failed.
 */
const checks: readonly Check[] = [...ownChecks, ...serviceChecks, proxyCheck, databaseCheck, applicationCheck, releaseCheck];

process.exitCode = await main(process.argv.slice(2));

async function main(wanted: readonly string[]): Promise<number> {
  const names = checks.map((check) => check.name);
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no check ${unknown.join(", ")}; the checks are ${names.join(", ")}. Nothing was run.\n`);
    return 2;
  }
  const stop = new AbortController();
  // Not `once`: execa's own listener ends the process at once when it finds itself to be the only one, and nothing is cleaned up.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => { stop.abort(); });
  const asked = checks.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const results = await runLanes(asked, { sideBySide: hasRoom(), signal: stop.signal, run: async (check) => runCheck(check, stop.signal) });
  if (stop.signal.aborted) return 130;
  const sum = (of: (result: CheckResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const total = { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed), skipped: sum(({ skipped }) => skipped) };
  process.stdout.write(`\n${String(total.passed)} passed, ${String(total.failed)} failed${total.skipped === 0 ? "" : `, ${String(total.skipped)} skipped`}\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/** Lint alone takes 3 GB, and the tests of the code-quality gate start a SonarQube. */
function hasRoom(): boolean {
  return availableParallelism() >= 2 && totalmem() >= 12 * 1024 ** 3;
}

async function runCheck(check: Check, signal: AbortSignal): Promise<CheckResult> {
  const startedAt = performance.now();
  const result = await check
    .run({ root: join(import.meta.dirname, "../../../.."), env: process.env, signal, notify: (text) => { process.stderr.write(`  ${check.name}: ${text}\n`); } })
    .catch((error: unknown): CheckResult => ({ passed: 0, failed: 1, skipped: 0, output: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
  const time = result.cached === true ? "unchanged" : formatDuration(performance.now() - startedAt);
  process.stdout.write(`${check.name.padEnd(12)} ${String(result.passed)} passed, ${String(result.failed)} failed${result.skipped === 0 ? "" : `, ${String(result.skipped)} skipped`}  (${time})\n`);
  if (result.failed > 0) process.stdout.write(`${result.output}\n`);
  return result;
}
