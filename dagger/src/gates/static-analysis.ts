import { z } from "zod";
import type { Config, ServiceConfig } from "../config.ts";
import { serviceBuild } from "../images/service-build.ts";
import type { Step, StepResult } from "../engine/engine.ts";
import type { Finding } from "../report/schema.ts";
import { joinParts, UnreadableReportError, type Evidence, type Gate, type GateContext } from "./gate.ts";
import { parseJsonReport } from "./parse-report.ts";
import { readSuppressions, suppressionCommands } from "./suppressions.ts";

/** tsc and ESLint on each TypeScript service, on the image that holds its dependencies. */
export const staticAnalysis: Gate = {
  name: "static-analysis",
  tool: "tsc, ESLint",
  blocksAt: "high",
  allowByRule: true,
  nothingToDo: (config) => (projects(config).length === 0 ? "no service in gitops.json has staticAnalysis" : undefined),
  look: async (context) =>
    joinParts(
      Object.fromEntries(
        projects(context.config).map((project) => [
          project.name,
          async () => readStaticAnalysis(project, await context.engine.run(staticAnalysisStep(project, context), context.signal)),
        ]),
      ),
    ),
};

interface Project {
  readonly name: string;
  readonly service: ServiceConfig;
  readonly settings: NonNullable<ServiceConfig["staticAnalysis"]>;
}

function projects(config: Config): Project[] {
  return Object.entries(config.services).flatMap(([name, service]) => (service.staticAnalysis === undefined ? [] : [{ name, service, settings: service.staticAnalysis }]));
}

const eslintReport = "/report/eslint.json";

function staticAnalysisStep(project: Project, context: Pick<GateContext, "config" | "timeoutMs">): Step {
  const bin = `${project.settings.sources}/node_modules/.bin`;
  return {
    name: `static-analysis/${project.name}`,
    image: { kind: "build", build: serviceBuild(project.name, project.service, { target: project.settings.target, timeoutMs: context.timeoutMs }) },
    files: [
      { from: "tree", path: project.service.path, to: project.settings.sources },
      { from: "text", content: "", to: "/report/.keep" },
    ],
    workdir: project.settings.sources,
    commands: [
      { argv: [`${bin}/tsc`, "--version"], accept: [0] },
      { argv: [`${bin}/eslint`, "--version"], accept: [0] },
      // 1 is a configuration that cannot be used: tsc's own failure.
      { argv: [`${bin}/tsc`, "--noEmit", "--pretty", "false", "--listFiles", "-p", project.settings.project], accept: [0, 2] },
      { argv: [`${bin}/eslint`, "--format", "json", "--output-file", eslintReport, "."], accept: [0, 1] },
      ...suppressionCommands(project.settings.sources, { comments: ["eslint-" + "disable", "@ts-" + "ignore", "@ts-" + "expect-error", "@ts-" + "nocheck"], files: [".eslintignore", "eslint-suppressions.json"], skippedFolders: ["node_modules", ".git"] }),
    ],
    env: { CI: "true", NEXT_TELEMETRY_DISABLED: "1" },
    secrets: {},
    caches: {},
    outputs: [eslintReport],
    timeoutMs: context.timeoutMs,
    memoryMb: 3072,
    network: "none",
  };
}

/** Turns one project's step into evidence. Paths in findings lead from the repository's root. */
export function readStaticAnalysis(project: { name: string; service: { path: string }; settings: { sources: string } }, result: StepResult): Evidence {
  const [tscVersion, eslintVersion, tsc, eslint, ...markers] = result.commands;
  if (tscVersion === undefined || eslintVersion === undefined || tsc === undefined || eslint === undefined) {
    throw new UnreadableReportError("tsc and ESLint did not both run.");
  }
  const place = { service: project.name, sources: project.settings.sources, prefix: project.service.path === "." ? "" : `${project.service.path}/` };
  const types = readTsc({ ...tsc, stdout: withoutLiterals(tsc.stdout) }, place);
  const report = withoutSources(result.outputs.get(eslintReport) ?? "");
  const lint = readEslint(eslint.exitCode, report, place);
  const raw = (file: string): string => `${project.name}.${file}`;
  return {
    toolVersion: `tsc ${tscVersion.stdout.trim().replace(/^Version /, "")}, ESLint ${eslintVersion.stdout.trim().replace(/^v/, "")}`,
    lookedAt: { count: Math.min(types.files, lint.files), unit: "files" },
    findings: [...types.findings, ...lint.findings],
    suppressions: readSuppressions(markers.map((command) => command.stdout), place.prefix),
    gaps: [],
    cached: result.cached,
    standIns: result.standIns,
    raw: new Map([
      [raw("eslint.json"), report],
      [raw("tsc.log"), types.diagnostics],
      [raw("stderr.log"), withoutLiterals(tsc.stderr + eslint.stderr)],
    ]),
  };
}

interface Place {
  readonly service: string;
  /** Folder of the sources in the container. */
  readonly sources: string;
  /** From the repository's root to the service, with its closing slash. */
  readonly prefix: string;
}

/** A type may be a string of the sources, and that string a secret: `Type '"…"' is not assignable`. Short ones are words. */
const withoutLiterals = (text: string): string => text.replace(/(["`])(?:(?!\1)[^\\\n]|\\.){16,}\1/g, "$1…$1");

/** ESLint's report has the sources in it, and pieces of them. As text, so that it holds for a report that was cut off, too. */
const withoutSources = (report: string): string =>
  report.replace(/"(source|output|text)":\s*"(?:[^"\\]|\\.)*"?/g, '"$1":""').replace(/(\\"|`)(?:(?!\1)[^"\n]){16,}\1/g, "$1…$1");

function readTsc(tsc: { exitCode: number; stdout: string }, place: Place): { files: number; findings: Finding[]; diagnostics: string } {
  const lines = tsc.stdout.split("\n");
  const files = lines.filter((line) => line.startsWith(`${place.sources}/`) && !line.includes("/node_modules/") && !/\(\d+,\d+\): error/.test(line));
  const findings: Finding[] = [];
  for (const line of lines) {
    const match = /^(?:(.+)\((\d+),\d+\): )?error (TS\d+): (.*)$/.exec(line);
    if (match === null) continue;
    const [, file, lineNumber, rule = "", title = ""] = match;
    if (file === undefined) throw new UnreadableReportError(`tsc could not use the project: ${rule}: ${title}`, tsc.stdout);
    const path = `${place.prefix}${file}`;
    findings.push({ gate: "static-analysis", id: `${rule}:${path}`, rule, severity: "high", title, where: `${path}:${lineNumber ?? ""}`, service: place.service });
  }
  if ((tsc.exitCode !== 0) !== findings.length > 0) {
    throw new UnreadableReportError(`tsc ended with ${String(tsc.exitCode)} but printed ${String(findings.length)} errors: one of them is wrong.`, tsc.stdout);
  }
  if (files.length === 0) throw new UnreadableReportError("tsc looked at no file of the service.", tsc.stdout);
  return { files: files.length, findings, diagnostics: lines.filter((line) => !line.startsWith("/")).join("\n") };
}

const eslintSchema = z.array(
  z.object({
    filePath: z.string().min(1),
    errorCount: z.number().int(),
    messages: z.array(
      z.object({
        ruleId: z.string().nullable(),
        severity: z.union([z.literal(1), z.literal(2)]),
        message: z.string(),
        line: z.number().int().optional(),
        fatal: z.boolean().optional(),
      }),
    ),
  }),
);

function readEslint(exitCode: number, text: string, place: Place): { files: number; findings: Finding[] } {
  const report = parseJsonReport("ESLint", text, eslintSchema);
  if (!report.some((file) => /\.[cm]?tsx?$/.test(file.filePath))) throw new UnreadableReportError("ESLint looked at no TypeScript file of the service.", text);
  const findings = report.flatMap((file) => {
    const path = `${place.prefix}${file.filePath.startsWith(`${place.sources}/`) ? file.filePath.slice(place.sources.length + 1) : file.filePath}`;
    return file.messages.map((message): Finding => {
      const rule = message.ruleId ?? (message.fatal === true ? "parse-error" : "eslint");
      return {
        gate: "static-analysis",
        id: `${rule}:${path}`,
        rule,
        severity: message.severity === 2 ? "high" : "low",
        title: message.message.split("\n")[0] ?? "",
        where: `${path}:${String(message.line ?? 1)}`,
        service: place.service,
      };
    });
  });
  const errors = findings.filter((finding) => finding.severity === "high").length;
  if ((exitCode === 1) !== errors > 0) {
    throw new UnreadableReportError(`ESLint ended with ${String(exitCode)} but reported ${String(errors)} errors: one of them is wrong.`, text);
  }
  return { files: report.length, findings };
}
