import { readFileSync } from "node:fs";
import type { Step, StepFiles } from "../../engine/engine.ts";
import type { GateContext } from "../gate.ts";
import { analysedFolders, projectFolder, scannerFiles, scannerProperties } from "./input.ts";
import { credentialCache, ownGate, ownHost, ownProfile, ownServer } from "./own-server.ts";

export const recordPath = "/report/sonar.json";

/** In days: what is younger is "new code" on our own server. */
const newCodeDays = 30;
/** What the step needs to end by itself, and say how far it came. */
const marginMs = 15_000;

export interface ScanServer {
  readonly own: boolean;
  readonly host: string;
  /** Of a server that was given. */
  readonly token?: string;
}

export const ownScanServer: ScanServer = { own: true, host: ownHost };

const paths = { credentials: "/credentials", token: "/run/sonar-token", properties: "/scan/project.properties", project: projectFolder, record: recordPath, work: scannerFiles.work };

type StepContext = Pick<GateContext, "config" | "timeoutMs" | "now" | "repository">;

/** One step asks, scans, waits and collects, so that an engine keeps its result by everything that went in. */
export function codeQualityStep(context: StepContext, server: ScanServer, coverage: string): Step {
  const { config, timeoutMs } = context;
  const folders = analysedFolders(config);
  return {
    name: "code-quality",
    image: { kind: "named", name: "sonar-scanner" },
    files: [
      ...folders.map((path): StepFiles => ({ from: "tree", path, to: path === "." ? projectFolder : `${projectFolder}/${path}` })),
      ...["scan.mjs", "server.mjs", "own-server.mjs", "scanner.mjs", "silenced.mjs", "trust-store.mjs"].map((name): StepFiles => ({ from: "text", content: readFileSync(new URL(`./${name}`, import.meta.url), "utf8"), to: `/scan/${name}` })),
      { from: "text", content: JSON.stringify(scanSettings(context, server)), to: "/scan/settings.json" },
      { from: "text", content: propertiesOf(context, server, folders), to: paths.properties },
      { from: "text", content: coverage, to: scannerFiles.coverage },
    ],
    workdir: projectFolder,
    commands: [
      // Another end than 0 is one that says why: the record is read, and not kept for the next run.
      { program: "sonar-scanner", argv: ["node", "/scan/scan.mjs", "/scan/settings.json"], accept: [0, 1], keep: [0] },
    ],
    // Or Java refuses paths that are not ASCII.
    env: { LANG: "C.UTF-8", LC_ALL: "C.UTF-8", SONAR_USER_HOME: "/cache", ...(server.own ? {} : { NODE_USE_ENV_PROXY: "1" }) },
    secrets: server.token === undefined ? {} : { [paths.token]: server.token },
    caches: { "/cache": "sonar-scanner", ...(server.own ? { [paths.credentials]: credentialCache } : {}) },
    outputs: [recordPath],
    ...(server.own ? { services: [ownServer] } : {}),
    timeoutMs,
    memoryMb: 4096,
    network: server.own ? "none" : "registries",
    // Rules and limits of a server that is not ours may change.
    ...(server.own ? {} : { freshness: `${context.repository.commit} ${new Date(context.now).toISOString().slice(0, 13)}` }),
  };
}

/** What scan.mjs reads. */
function scanSettings(context: StepContext, server: ScanServer): unknown {
  const { config, timeoutMs } = context;
  const settings = config.gates["code-quality"];
  return {
    own: server.own,
    host: server.host,
    project: projectKey(config),
    branch: branchOf(context, server),
    ...(server.own ? { gate: ownGate(settings), profile: ownProfile(settings), cognitiveComplexity: settings.cognitiveComplexity, newCodeDays, startMs: ownServer.startTimeoutMs, heartbeatMs: 30_000 } : {}),
    timeoutMs: Math.max(timeoutMs - marginMs, timeoutMs / 2),
    requestMs: 30_000,
    pollMs: 1000,
    paths,
  };
}

/** SonarCloud keeps branches apart; SonarQube's community edition refuses to hear of them. */
function branchOf({ config, repository }: StepContext, server: ScanServer): string | undefined {
  const isCloud = !server.own && config.gates["code-quality"].organization !== undefined;
  return isCloud && repository.branch !== config.releaseBranch ? repository.branch : undefined;
}

function propertiesOf(context: StepContext, server: ScanServer, folders: readonly string[]): string {
  const { config } = context;
  const { organization, tests, exclude } = config.gates["code-quality"];
  return scannerProperties({
    project: projectKey(config),
    host: server.host,
    organization: server.own ? undefined : organization,
    branch: branchOf(context, server),
    folders,
    tests,
    exclude,
    own: server.own,
    withoutCoverage: config.infrastructure === undefined ? [] : [config.infrastructure.path],
  });
}

export const projectKey = (config: StepContext["config"]): string => config.gates["code-quality"].projectKey ?? config.project;
