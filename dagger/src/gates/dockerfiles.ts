import { posix } from "node:path";
import { z } from "zod";
import type { Config } from "../config.ts";
import type { CommandResult, Step, StepResult } from "../engine/engine.ts";
import type { Finding, Severity, Suppression } from "../report/schema.ts";
import { UnreadableReportError, type Evidence, type Gate, type GateContext } from "./gate.ts";
import { parseJsonReport } from "./parse-report.ts";

/** Hadolint on each Dockerfile of the services and of the infrastructure. */
export const dockerfiles: Gate = {
  name: "dockerfiles",
  tool: "hadolint",
  blocksAt: "medium",
  allowByRule: true,
  nothingToDo: () => undefined,
  look: async (context) => {
    const sources = await readSources(context);
    if (sources.files.length === 0) throw new UnreadableReportError(sources.gaps.join(" "));
    return readDockerfiles(sources, await context.engine.run(dockerfilesStep(sources, context), context.signal));
  },
};

/** Where Hadolint looks for its settings, in the folder that it runs in; the first one counts. */
const settingsFiles = [".hadolint.yaml", ".hadolint.yml"];

export interface DockerfileSources {
  /** Each Dockerfile once, however many images come out of it. */
  readonly files: readonly { readonly path: string; readonly text: string; readonly service?: string }[];
  readonly gaps: readonly string[];
  /** The settings file at the repository's root, if there is one. */
  readonly settings?: string;
}

/** Hadolint calls an absent and an empty Dockerfile different things, and only one of them a fault. */
async function readSources({ config, engine }: Pick<GateContext, "config" | "engine">): Promise<DockerfileSources> {
  const files: DockerfileSources["files"][number][] = [];
  const gaps: string[] = [];
  for (const { path, service } of dockerfilesOf(config)) {
    const text = await engine.tree.read(path);
    if (text === undefined) gaps.push(`${path} is not there.`);
    else if (!/^\s*FROM\s/im.test(text)) gaps.push(`${path} has no FROM: there is nothing in it to look at.`);
    else files.push({ path, text, ...(service === undefined ? {} : { service }) });
  }
  const present = await Promise.all(settingsFiles.map(async (path) => ((await engine.tree.read(path)) === undefined ? [] : [path])));
  const [settings] = present.flat();
  return { files, gaps, ...(settings === undefined ? {} : { settings }) };
}

function dockerfilesOf(config: Config): { path: string; service?: string }[] {
  const found = new Map<string, { path: string; service?: string }>();
  for (const [service, { path, dockerfile }] of Object.entries(config.services)) {
    const joined = posix.join(path, dockerfile);
    // A file that several services share belongs to none of them.
    found.set(joined, found.has(joined) ? { path: joined } : { path: joined, service });
  }
  // Without synth the infrastructure needs no image.
  if (config.infrastructure?.synth !== undefined) {
    const joined = posix.join(config.infrastructure.path, config.infrastructure.dockerfile);
    found.set(joined, found.get(joined) ?? { path: joined });
  }
  return [...found.values()];
}

const clean = 0;
const found = 1;

/** One run for each file: what it says of one, a clean one too, is said of no other. */
function dockerfilesStep({ files, settings }: DockerfileSources, context: Pick<GateContext, "timeoutMs">): Step {
  return {
    name: "dockerfiles",
    image: { kind: "named", name: "hadolint" },
    files: [...files.map(({ path }) => path), ...(settings === undefined ? [] : [settings])].map((path) => ({ from: "tree", path, to: `/tree/${path}` })),
    workdir: "/tree",
    commands: [{ argv: ["hadolint", "--version"], accept: [0] }, ...files.map(({ path }) => ({ argv: ["hadolint", "--format", "json", "--failure-threshold", "style", `./${path}`], accept: [clean, found] }))],
    env: {},
    secrets: {},
    caches: {},
    outputs: [],
    timeoutMs: context.timeoutMs,
    memoryMb: 1024,
    network: "none",
  };
}

/** Turns the step's result into evidence. A file that Hadolint did not look at is a gap. */
export function readDockerfiles(sources: DockerfileSources, result: StepResult): Evidence {
  const [version, ...runs] = result.commands;
  if (version === undefined || runs.length !== sources.files.length) throw new UnreadableReportError("hadolint did not look at every Dockerfile.");
  const findings: Finding[] = [];
  const gaps = [...sources.gaps];
  let seen = 0;
  for (const [index, run] of runs.entries()) {
    const file = sources.files[index];
    if (file === undefined) continue;
    try {
      findings.push(...readFile(file, run, sources.settings !== undefined));
      seen += 1;
    } catch (error) {
      if (!(error instanceof UnreadableReportError)) throw error;
      gaps.push(`${file.path}: ${error.message}`);
    }
  }
  const log = runs.map((run) => run.stderr).join("");
  // It goes on without them, and finds what somebody meant to allow.
  if (sources.settings !== undefined && log.includes("Error parsing your config file")) gaps.push(`hadolint cannot read its settings in ${sources.settings}.`);
  return {
    toolVersion: /\d+(\.\d+)+/.exec(version.stdout)?.[0] ?? "unknown",
    lookedAt: { count: seen, unit: "Dockerfiles" },
    findings,
    suppressions: [...(sources.settings === undefined ? [] : [{ marker: sources.settings, where: sources.settings }]), ...sources.files.flatMap(pragmas)],
    gaps,
    cached: result.cached,
    standIns: result.standIns,
    raw: new Map([
      ...sources.files.map(({ path }, index): [string, string] => [`${path.replaceAll("/", "_")}.json`, runs[index]?.stdout ?? ""]),
      ...(log === "" ? [] : [["hadolint.log", log] as const]),
    ]),
  };
}

const reportSchema = z.array(
  z.object({
    code: z.string().min(1),
    level: z.enum(["error", "warning", "info", "style"]),
    line: z.number().int(),
    message: z.string(),
    file: z.string(),
  }),
);

/** A file that cannot be parsed (DL1000) is an error, whatever its comments and the settings say. */
const severityOf: Readonly<Record<z.infer<typeof reportSchema>[number]["level"], Severity>> = { error: "high", warning: "medium", info: "low", style: "info" };

function readFile(file: DockerfileSources["files"][number], run: CommandResult, hasSettings: boolean): Finding[] {
  // A file that cannot be opened leaves exit code 1, as findings do, and no report at all.
  const report = parseJsonReport("hadolint", run.stdout, reportSchema);
  // Settings may say that findings are no failure.
  const agrees = (run.exitCode === found) === report.length > 0 || (hasSettings && run.exitCode === clean);
  if (!agrees) throw new UnreadableReportError(`hadolint ended with ${String(run.exitCode)} but reported ${String(report.length)} findings: one of them is wrong.`, run.stdout);
  const other = report.find((entry) => entry.file !== `./${file.path}`);
  if (other !== undefined) throw new UnreadableReportError(`hadolint reported on ${other.file} instead.`, run.stdout);
  return report.map(({ code, level, line, message }) => ({
    gate: "dockerfiles",
    id: `${code}:${file.path}`,
    rule: code,
    severity: severityOf[level],
    title: message.split("\n")[0] ?? "",
    where: `${file.path}:${String(line)}`,
    ...(file.service === undefined ? {} : { service: file.service }),
    link: code.startsWith("SC") ? `https://www.shellcheck.net/wiki/${code}` : `https://github.com/hadolint/hadolint/wiki/${code}`,
  }));
}

/** Comments by which a Dockerfile silences rules, or has its shell not looked at. */
function pragmas({ path, text }: { path: string; text: string }): Suppression[] {
  return text.split("\n").flatMap((line, index) => {
    const match = /^\s*#\s*(hadolint\s+(?:global\s+)?(?:ignore|shell))\s*=/.exec(line);
    return match === null ? [] : [{ marker: (match[1] ?? "").replaceAll(/\s+/g, " "), where: `${path}:${String(index + 1)}` }];
  });
}
