/**
 * Records what the scan really leaves, by real servers and a real scanner in
 * containers, with the very step of the gate:
 *
 *   node dagger/test/record/sonar.ts [case …]
 *
 * Our own server is the one that every run uses; for the cases with a server
 * that was given a second one is started on this machine's network, ports 19000
 * to 19002, and a proxy before it that spoils answers.
 */
import { execFileSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLocalEngine } from "../../../ci/local/src/engine/open-local-engine.ts";
import { systemClock } from "../../src/clock.ts";
import { parseConfig } from "../../src/config.ts";
import type { Step } from "../../src/engine/engine.ts";
import { coverageXml } from "../../src/gates/sonar/coverage.ts";
import { codeQualityStep, ownScanServer, recordPath, type ScanServer } from "../../src/gates/sonar/step.ts";
import type { Fixture } from "../support/fixtures.ts";
import { aRepository } from "../support/values.ts";
import { startFaultProxy } from "./sonar-fault-proxy.ts";
import { startGivenServer, type GivenSonar } from "./sonar-given-server.ts";
import { sonarCases, type GivenServer, type SonarCase } from "./sonar-cases.ts";

const here = join(dirname(fileURLToPath(import.meta.url)), "../fixtures");
const wanted = process.argv.slice(2);
const publicHost = "https://sonar.example";

const configOf = (project: string, settings: SonarCase["settings"]) => parseConfig(JSON.stringify({ project: "notes", services: { backend: { path: "services/backend" } }, gates: { "code-quality": { ...settings, projectKey: project } } }));

function writeTree(root: string, files: SonarCase["files"]): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** Runs the step as it is, whatever its commands end with. */
async function run(root: string, step: Step): Promise<Pick<Fixture, "commands" | "outputs">> {
  const local = await openLocalEngine({ root, env: process.env, signal: AbortSignal.timeout(1_800_000), clock: systemClock, newId: () => randomBytes(6).toString("hex"), images: {}, notify: () => undefined });
  const anyCode = Array.from({ length: 256 }, (_, code) => code);
  try {
    const result = await local.engine.run({ ...step, freshness: randomUUID(), commands: step.commands.map((command) => ({ ...command, accept: anyCode })) }, AbortSignal.timeout(1_800_000));
    return {
      commands: step.commands.map((command, index) => ({ argv: [...command.argv], ...(result.commands[index] ?? { exitCode: -1, stdout: "", stderr: "" }) })),
      outputs: Object.fromEntries(result.outputs),
    };
  } finally {
    await local.close();
  }
}

const withDate = (step: Step, date: string): Step => ({
  ...step,
  files: step.files.map((file) => (file.from === "text" && file.to === "/scan/project.properties" ? { ...file, content: `${file.content}sonar.projectDate=${date}\n` } : file)),
});

/** Without what tells of this machine, or of a token. */
function cleaned(text: string, server: ScanServer, given: GivenSonar | undefined): string {
  const withHost = server.own || given === undefined ? text : text.replaceAll(server.host, publicHost).replaceAll(given.host, publicHost);
  return withHost.replace(/Linux \d[\w.+-]* amd64/g, "Linux 6.12 amd64").replace(/OS \(\d+ MB\)/g, "OS (8000 MB)");
}

async function record(name: string, sonarCase: SonarCase, given: GivenSonar | undefined): Promise<void> {
  const { files, then, lcov, settings, seedDate } = sonarCase;
  const root = mkdtempSync(join(tmpdir(), "record-sonar-"));
  writeTree(root, files);
  execFileSync("git", ["init", "-q"], { cwd: root });
  execFileSync("git", ["-c", "user.name=record", "-c", "user.email=record@example.com", "commit", "-qm", "empty", "--allow-empty"], { cwd: root });
  // A server remembers: so each recording has a project that it does not know.
  const project = `${name}-${randomBytes(4).toString("hex")}`;
  const proxy = sonarCase.given?.fault === undefined || given === undefined ? undefined : await startFaultProxy(given, project, sonarCase.given.fault);
  const server = await serverOf(project, sonarCase.given, given, proxy?.host);
  const context = { config: configOf(project, settings), timeoutMs: 600_000, now: Date.parse("2026-11-23T10:00:00.000Z"), repository: aRepository };
  const step = (): Step => codeQualityStep(context, server, coverageXml(lcov === undefined ? [] : [lcov]));
  if (seedDate !== undefined) await run(root, withDate(step(), seedDate));
  if (then !== undefined) {
    await run(root, step());
    writeTree(root, then);
  }
  const left = await run(root, step());
  await proxy?.close();
  rmSync(root, { recursive: true });
  const fixture: Fixture = { shows: sonarCase.shows, tools: "SonarQube Community Build 25.12.0.117093, SonarScanner CLI 8.1.0.6389", ...left };
  writeFileSync(join(here, "sonar", `${name}.json`), `${cleaned(JSON.stringify(fixture, null, 2), server, given).replaceAll(project, "notes")}\n`);
  const { stopped } = JSON.parse(left.outputs[recordPath] ?? "{}") as { stopped?: unknown };
  console.log(name, left.commands.map((command) => command.exitCode).join(" "), JSON.stringify(stopped ?? "whole"));
}

async function serverOf(project: string, wish: GivenServer | undefined, given: GivenSonar | undefined, proxyHost: string | undefined): Promise<ScanServer> {
  if (wish === undefined || given === undefined) return ownScanServer;
  const token = await given.prepare(project, wish);
  return { own: false, host: proxyHost ?? given.host, token };
}

mkdirSync(join(here, "sonar"), { recursive: true });
const cases = Object.entries(sonarCases).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const given = cases.some(([, sonarCase]) => sonarCase.given !== undefined) ? await startGivenServer() : undefined;
try {
  for (const [name, sonarCase] of cases) await record(name, sonarCase, given);
} finally {
  given?.stop();
}
