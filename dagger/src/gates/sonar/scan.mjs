/**
 * Runs inside the step's container: asks the server, runs sonar-scanner, and
 * writes down each answer. It judges nothing; `read-code-quality.ts` does.
 *
 *   node scan.mjs <settings.json>
 *
 * Ends with 0 when every question was answered, with 1 when something failed on
 * the way: the record says what. Plain JavaScript for Node 22 and later.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { prepareOwnServer } from "./own-server.mjs";
import { runScanner } from "./scanner.mjs";
import { Server, Stopped } from "./server.mjs";
import { silencedIn } from "./silenced.mjs";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const record = { format: 1, own: settings.own, host: settings.host, project: settings.project, answers: [] };
const secrets = [];
const server = new Server(settings, record.answers, Date.now() + settings.timeoutMs);

try {
  record.silenced = silencedIn(settings.paths.project);
  await untilUp();
  const access = settings.own ? await prepareOwnServer(server, settings, secrets) : givenAccess();
  try {
    record.reportTask = await scan(access.token);
    const analysisId = await untilProcessed(record.reportTask.ceTaskId, access.auth);
    await collect(analysisId, access.auth);
  } finally {
    await access.giveBack();
  }
} catch (error) {
  record.stopped = error instanceof Stopped ? { at: error.at } : { at: "scan.mjs", why: String(error?.message ?? error) };
}
mkdirSync(dirname(settings.paths.record), { recursive: true });
writeFileSync(settings.paths.record, withoutSecrets(JSON.stringify(record)));
process.exitCode = record.stopped === undefined ? 0 : 1;

/** Our own may still be starting; one that was given is asked once. */
async function untilUp() {
  const until = Date.now() + (settings.own ? settings.startMs : 0);
  for (;;) {
    const status = await server.ask("status", "GET", "api/system/status", {}, { mayFail: Date.now() < until });
    if (status?.status === "UP") return;
    if (Date.now() >= until) throw new Stopped("status");
    await pause(settings.pollMs);
  }
}

function givenAccess() {
  const token = readFileSync(settings.paths.token, "utf8").trim();
  secrets.push(token);
  return { token, auth: `Bearer ${token}`, giveBack: async () => {} };
}

/** Our own server ends when nobody asks it anything: so it is asked while the scanner computes. */
async function scan(token) {
  const heartbeat = settings.own ? setInterval(() => void server.touch(), settings.heartbeatMs) : undefined;
  try {
    const { reportTask, ...run } = await runScanner(settings, token, server.leftMs());
    record.scanner = run;
    if (run.exitCode !== 0 || reportTask?.ceTaskId === undefined) throw new Stopped("scanner");
    return reportTask;
  } finally {
    clearInterval(heartbeat);
  }
}

async function untilProcessed(id, auth) {
  for (;;) {
    const { task } = await server.ask("task", "GET", "api/ce/task", { id }, { auth });
    if (task?.status === "SUCCESS" && typeof task.analysisId === "string") return task.analysisId;
    if (task?.status !== "PENDING" && task?.status !== "IN_PROGRESS") throw new Stopped("task");
    server.mustHaveTime("task");
    await pause(settings.pollMs);
  }
}

/** A token that was given may be one that can analyse and see the verdict, and cannot browse. */
async function collect(analysisId, auth) {
  const project = settings.project;
  const mayBeForbidden = !settings.own;
  // Without a name the main branch is meant.
  const of = settings.branch === undefined ? {} : { branch: settings.branch };
  await server.ask("gate", "GET", "api/qualitygates/project_status", { analysisId }, { auth });
  await server.askPages("issues", "api/issues/search", { ...of, componentKeys: project, resolved: "false", s: "FILE_LINE" }, "issues", { auth, mayBeForbidden });
  await server.askPages("hotspots", "api/hotspots/search", { ...of, projectKey: project, status: "TO_REVIEW" }, "hotspots", { auth, mayBeForbidden });
  await server.ask("measures", "GET", "api/measures/component", { ...of, component: project, metricKeys: "ncloc,files,lines_to_cover,coverage,duplicated_lines_density" }, { auth, mayBeForbidden });
  if (settings.own) await server.askPages("files", "api/measures/component_tree", { component: project, metricKeys: "ncloc,lines", qualifiers: "FIL", strategy: "leaves" }, "components", { auth });
  // Asked last: an analysis of somebody else's in between would have changed what was read.
  const latest = await server.ask("latest", "GET", "api/project_analyses/search", { ...of, project, ps: 1 }, { auth, mayBeForbidden });
  if (settings.own && latest.analyses?.[0]?.key !== analysisId) throw new Stopped("latest");
}

function withoutSecrets(text) {
  return secrets.reduce((result, secret) => result.replaceAll(secret, "***"), text);
}
