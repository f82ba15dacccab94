// @ts-check
// Asks the new version, through the test listener, before any user sees it. Three
// ways to run it, one logic: as a Lambda function that CodeDeploy calls
// (`probe.handler`), as a command of a rehearsal, and by hand:
//   PROBE_URL=http://127.0.0.1:8080 node probe.mjs [gitops.json]
// Exit codes: 0 everything is as expected, 1 it is not, 2 it could not be looked at.
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/**
 * What an answer has to be. Without a status, anything below 400 will do.
 * @typedef {{ name?: string, path: string, status?: number, contains?: string, withinMs?: number, dryRun?: boolean }} Check
 * @typedef {{ ok: boolean, why: string }} Verdict
 */

const tries = 3;
const pauseMs = 2_000;
const timeoutMs = 5_000;
/** What is looked through of a body, bytes. */
const longestBody = 256 * 1024;
/** More would not fit into a function's time. */
const mostChecks = 10;
/** @type {readonly Check[]} */
const usualChecks = [{ path: "/" }];

/** @param {Check} check */
const nameOf = ({ name, path }) => name ?? path;

/**
 * Asks for everything, and says what came of it, a line for each try. True when
 * nothing but what is only to be shown has failed.
 * @param {string} base
 * @param {readonly Check[]} checks
 * @param {(line: string) => void} say
 */
export async function probe(base, checks, say) {
  let isGood = true;
  for (const check of checks) {
    const { ok } = await patiently(base, check, say);
    if (!ok && check.dryRun !== true) isGood = false;
  }
  return isGood;
}

/**
 * The first requests of a new process may be slow: what fails is tried again.
 * @param {string} base
 * @param {Check} check
 * @param {(line: string) => void} say
 * @returns {Promise<Verdict>}
 */
async function patiently(base, check, say) {
  for (let count = 1; ; count += 1) {
    const verdict = await ask(base, check);
    say(`${check.dryRun === true ? "dry run: " : ""}${nameOf(check)}: ${verdict.ok ? "pass" : "fail"}: ${verdict.why}${verdict.ok ? "" : ` (try ${count} of ${tries})`}`);
    if (verdict.ok || count === tries) return verdict;
    await pause(pauseMs);
  }
}

/**
 * A redirect is an answer like any other: it is never followed, so that no other host is ever asked.
 * @param {string} base
 * @param {Check} check
 * @returns {Promise<Verdict>}
 */
async function ask(base, check) {
  const url = addressOf(base, check.path);
  const startedMs = performance.now();
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs), headers: { "user-agent": "gitops-probe" } });
    const body = await beginningOf(answer);
    return judge(check, { status: answer.status, body, ms: Math.round(performance.now() - startedMs) });
  } catch (error) {
    return { ok: false, why: `no answer: ${reasonOf(error)}` };
  }
}

/**
 * @param {string} base
 * @param {string} path
 */
function addressOf(base, path) {
  const url = new URL(path, base);
  if (url.origin !== new URL(base).origin) throw new Error(`${path} leads to another host than ${base}`);
  return url;
}

/** @param {Response} answer */
async function beginningOf(answer) {
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  if (answer.body !== null) {
    for await (const part of answer.body) {
      parts.push(part);
      length += part.length;
      // Leaving the loop ends the transfer.
      if (length >= longestBody) break;
    }
  }
  return Buffer.concat(parts).subarray(0, longestBody).toString("utf8");
}

/**
 * @param {Check} check
 * @param {{ status: number, body: string, ms: number }} answer
 * @returns {Verdict}
 */
export function judge({ contains, status, withinMs }, answer) {
  const said = `${answer.status} in ${answer.ms} ms`;
  if (status === undefined ? answer.status >= 400 : answer.status !== status) return { ok: false, why: `${said}, and not ${status ?? "below 400"}` };
  if (contains !== undefined && !answer.body.includes(contains)) return { ok: false, why: `${said}, and ${JSON.stringify(contains)} is not in the body` };
  if (withinMs !== undefined && answer.ms > withinMs) return { ok: false, why: `${said}, and not within ${withinMs} ms` };
  return { ok: true, why: said };
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `nothing within ${timeoutMs} ms`;
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
}

/**
 * Checks as gitops.json has them. Throws for what is none: a check that is not understood would be one that never fails.
 * @param {unknown} given
 * @returns {readonly Check[]}
 */
export function checksOf(given) {
  if (given === undefined || (Array.isArray(given) && given.length === 0)) return usualChecks;
  if (!Array.isArray(given) || given.length > mostChecks) throw new Error(`the checks must be a list of at most ${mostChecks}`);
  return given.map((check, index) => {
    const wrong = Object.entries(check ?? {}).filter(([key, value]) => !(key in members) || typeof value !== members[/** @type {keyof typeof members} */ (key)]);
    if (typeof check?.path !== "string" || !check.path.startsWith("/") || wrong.length > 0) throw new Error(`check ${index + 1} is not understood: ${JSON.stringify(check)}`);
    return check;
  });
}

const members = { name: "string", path: "string", status: "number", contains: "string", withinMs: "number", dryRun: "boolean" };

/**
 * As CodeDeploy calls it. Whatever goes wrong here is a no: a version that could not be looked at is shown to nobody.
 * @param {{ DeploymentId: string, LifecycleEventHookExecutionId: string }} event
 */
export async function handler(event) {
  let isGood = false;
  try {
    const { PROBE_CHECKS, PROBE_URL } = process.env;
    if (PROBE_URL === undefined) throw new Error("PROBE_URL is not set");
    isGood = await probe(PROBE_URL, checksOf(PROBE_CHECKS === undefined ? undefined : JSON.parse(PROBE_CHECKS)), (line) => console.log(line));
  } catch (error) {
    console.error(`The probe could not be made: ${reasonOf(error)}`);
  }
  // Lambda's own runtime has it.
  const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } = await import("@aws-sdk/client-codedeploy");
  await new CodeDeployClient({}).send(new PutLifecycleEventHookExecutionStatusCommand({ deploymentId: event.DeploymentId, lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId, status: isGood ? "Succeeded" : "Failed" }));
  return { status: isGood ? "Succeeded" : "Failed" };
}

/** A rehearsal says where the test listener is; checks come from gitops.json, where one is named. */
async function asCommand() {
  const { PROBE_CHECKS, PROBE_URL, REHEARSAL_TEST_URL } = process.env;
  const base = PROBE_URL ?? REHEARSAL_TEST_URL;
  if (base === undefined) throw new Error("neither PROBE_URL nor REHEARSAL_TEST_URL is set");
  const [, , file] = process.argv;
  const given = file === undefined ? (PROBE_CHECKS === undefined ? undefined : JSON.parse(PROBE_CHECKS)) : JSON.parse(await readFile(file, "utf8")).release?.analysis?.probes;
  // A hook that fails is told with what it wrote there.
  return (await probe(base, checksOf(given), (line) => console.error(line))) ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await asCommand().catch((error) => {
    console.error(`The probe could not be made: ${reasonOf(error)}`);
    return 2;
  });
}
