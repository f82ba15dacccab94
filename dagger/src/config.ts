import { posix } from "node:path";
import { z } from "zod";
import { gatesSchema, withModes } from "./gate-settings.ts";
import { baseImageNames, imageNames, isImageName } from "./images/catalogue.ts";
import { releaseSchema, releaseProblems } from "./release/release-settings.ts";

/** The only parser of `gitops.json`. The editors' schema is generated from it. */

const relativePath = z
  .string()
  .refine((path) => path !== "" && !path.startsWith("/") && !path.split("/").includes(".."), "must be a relative path without ..")
  .transform((path) => posix.normalize(path).replace(/\/$/, ""));

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, "must be 1 to 40 lower-case letters, digits or hyphens, with no hyphen first or last");

const buildTarget = z.string().regex(/^[a-z][a-z0-9._-]*$/, "must be a stage's name: lower-case letters, digits, dots, hyphens or underscores, beginning with a letter");

const fullReference = "a full image reference such as registry.example/team/node:24";
const imageReference = (message: string): z.ZodString =>
  z.string().regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+(:[\w.-]{1,128})?(@sha256:[0-9a-f]{64})?$/, message);

const baseImageMessage = `must be one of ${baseImageNames.join(", ")}, or ${fullReference}`;
const baseImage = z.union([z.enum(baseImageNames), imageReference(baseImageMessage)], { error: baseImageMessage });

const staticAnalysis = z.strictObject({
  target: buildTarget.default("deps").describe("Dockerfile target that holds the dependencies, development ones included"),
  sources: z.string().regex(/^\/.*[^/]$/, "must be an absolute path without a closing slash, such as /app").default("/app").describe("Folder in that image to which the sources belong"),
  project: relativePath.prefault("tsconfig.json").describe("tsconfig, relative to the service"),
});

const absolutePath = z.string().regex(/^\/.*[^/]$/, "must be an absolute path without a closing slash, such as /app");
const argv = z.array(z.string()).min(1, "must have at least the program's name");
const variables = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a variable's name"), z.string()).default({});

const testService = z.strictObject({
  image: baseImage,
  port: z.number().int().min(1, "must be from 1 to 65535").max(65_535, "must be from 1 to 65535").describe("The tests begin when something listens there"),
  env: variables,
  command: argv.optional().describe("In place of the image's own entry point and command"),
});

const unitTests = z
  .strictObject({
    target: buildTarget.default("deps").describe("Dockerfile target that holds the dependencies, development ones included"),
    sources: absolutePath.default("/app").describe("Folder in that image to which the sources belong"),
    command: argv.optional().describe("Absent: the service's own Vitest, with coverage"),
    junit: absolutePath.optional().describe("Where command leaves its JUnit report"),
    lcov: absolutePath.optional().describe("Where command leaves its coverage"),
    env: variables,
    services: z.record(name, testService).default({}).describe("Servers that the tests need, each reached by its name"),
  })
  .superRefine((settings, context) => {
    if (settings.command !== undefined && settings.junit === undefined) context.addIssue({ code: "custom", path: ["junit"], message: "is needed with command: where does it leave its JUnit report?" });
    for (const key of ["junit", "lcov"] as const) {
      if (settings.command === undefined && settings[key] !== undefined) context.addIssue({ code: "custom", path: [key], message: "belongs to command only: for Vitest it is known" });
    }
    const ports = Object.entries(settings.services).map(([service, { port }]) => ({ service, port }));
    for (const { service, port } of ports) {
      const other = ports.find((candidate) => candidate.port === port);
      if (other !== undefined && other.service !== service) context.addIssue({ code: "custom", path: ["services", service, "port"], message: `is that of services.${other.service} too: they run on one network` });
    }
  });

const builtImage = {
  path: relativePath.describe("Folder of the service: the build context"),
  dockerfile: relativePath.prefault("Dockerfile").describe("Relative to path"),
  baseImages: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "must be a build argument's name, such as NODE_IMAGE"), baseImage)
    .default({})
    .describe("Build argument -> base image"),
};

const service = z.strictObject({
  ...builtImage,
  target: buildTarget.default("runtime").describe("Dockerfile target that is released"),
  staticAnalysis: staticAnalysis.optional().describe("Absent: not a TypeScript service"),
  unitTests: unitTests.optional().describe("Absent: the service has no tests"),
});

const infrastructure = z.strictObject({
  ...builtImage,
  path: relativePath.describe("Folder of the Terraform JSON, or of what makes it"),
  target: buildTarget.default("deps").describe("Dockerfile target that holds what synth needs"),
  sources: absolutePath.default("/app").describe("Folder in that image to which the sources belong"),
  synth: argv.optional().describe("Makes the Terraform JSON, such as npm run synth. Absent: it lies in path as it is"),
  output: relativePath.prefault("cdktf.out").describe("Where synth leaves it, relative to path"),
  inputs: z.array(relativePath).default([]).describe("Files and folders outside of path that synth reads; they lie beside the sources as they do in the repository"),
});

export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    project: name.describe("Prefix of images and AWS names"),
    services: z.record(name, service).refine((services) => Object.keys(services).length > 0, "must name at least one service"),
    infrastructure: infrastructure.optional().describe("Absent: there is none in this repository"),
    release: releaseSchema.optional().describe("Absent: nothing is released"),
    preset: z.literal("lab").optional().describe("lab: modes that a team starts with, where nothing but static-analysis, unit-tests and images stops a release"),
    releaseBranch: z.string().min(1, "must be a branch's name").default("main").describe("What --new-only compares with"),
    gates: gatesSchema,
    images: z.partialRecord(z.enum(imageNames), imageReference(`must be ${fullReference}`)).default({}).describe("Replaces an image of the catalogue, by a mirror's for instance"),
  })
  .superRefine((config, context) => {
    const seen = new Map<string, string>();
    for (const [key, value] of Object.entries(config.services)) {
      const build = `${value.path}/${value.dockerfile} target ${value.target}`;
      const inputs = JSON.stringify([build, Object.entries(value.baseImages).toSorted()]);
      const other = seen.get(inputs);
      if (other !== undefined) {
        context.addIssue({ code: "custom", path: ["services", key], message: `builds the same as services.${other} (${build}); give one of them another path, dockerfile or target` });
      }
      seen.set(inputs, key);
    }
    for (const { path, message } of config.release === undefined ? [] : releaseProblems(config.release, Object.keys(config.services))) context.addIssue({ code: "custom", path: ["release", ...path], message });
  })
  .transform((config) => ({ ...config, gates: withModes(config.gates, config.preset) }));

export type Config = z.infer<typeof configSchema>;
export type ServiceConfig = z.infer<typeof service>;
export type InfrastructureConfig = z.infer<typeof infrastructure>;
export type { GateSettings, GatesSettings } from "./gate-settings.ts";

export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(
      [
        `${file} cannot be used; nothing was started.`,
        ...problems.map((problem) => `  ${problem}`),
        `Mend ${problems.length === 1 ? "this line" : "these lines"} and run again; dagger/gitops.schema.json lists every key, for editors too.`,
      ].join("\n"),
    );
    this.problems = problems;
  }
}

const least = 'the least is {"project": "…", "services": {"web": {"path": "…"}}}';

/**
 * Parses the text of `gitops.json`; undefined is an absent file. `overlay` is JSON that is put over it, key by
 * key: what is another in one environment. Throws ConfigError, naming every problem by its path.
 */
export function parseConfig(text: string | undefined, file = "gitops.json", overlay?: string): Config {
  if (text === undefined) throw new ConfigError(file, [`it is not there, at the root of the repository; ${least}`]);
  if (text.trim() === "") throw new ConfigError(file, [`it is empty; ${least}`]);
  let json: unknown;
  try {
    json = JSON.parse(text);
    if (overlay !== undefined) json = putOver(json, JSON.parse(overlay));
  } catch (error) {
    throw new ConfigError(file, [`it is not JSON: ${(error as Error).message}`]);
  }
  const parsed = configSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ConfigError(file, parsed.error.issues.flatMap((issue) => describeIssue(issue, json)));
}

/** Lists are taken whole. */
function putOver(below: unknown, above: unknown): unknown {
  if (!isKeyed(below) || !isKeyed(above)) return above;
  return { ...below, ...Object.fromEntries(Object.entries(above).map(([key, value]) => [key, putOver(below[key], value)])) };
}

const isKeyed = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

function describeIssue(issue: z.core.$ZodIssue, json: unknown): string[] {
  const path = issue.path.map(String);
  const where = path.length === 0 ? "the top level" : path.join(".");
  switch (issue.code) {
    case "unrecognized_keys": {
      const allowed = allowedKeys(path);
      return issue.keys.map((key) => `${[...path, key].join(".")} is not known; ${where} may have: ${allowed.join(", ")}`);
    }
    case "invalid_value":
      return [`${where} is ${show(json, path)}; allowed: ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`];
    case "invalid_type":
      return [`${where} ${show(json, path) === "absent" ? "is missing" : `is ${show(json, path)}`}; it must be ${kinds[issue.expected] ?? `a ${issue.expected}`}`];
    case "invalid_key":
      return issue.issues.map((inner) => `${where} ${inner.code === "invalid_value" ? `is not known; allowed: ${inner.values.join(", ")}` : inner.message}`);
    default:
      return [`${where} ${issue.message}${issue.code === "custom" ? "" : `; it is ${show(json, path)}`}`];
  }
}

/** zod's words that need others; the rest take "a". */
const kinds: Readonly<Record<string, string>> = { object: "an object", record: "an object", array: "an array", int: "a whole number" };

/** The schema for editors: of what is written, before defaults. */
export const configJsonSchema = (): z.core.JSONSchema.JSONSchema => z.toJSONSchema(configSchema, { io: "input" });

/** Keys that the schema has at a path, read from the generated JSON Schema. */
function allowedKeys(path: readonly string[]): string[] {
  let node = configJsonSchema();
  for (const key of path) {
    const next = node.properties?.[key] ?? node.additionalProperties;
    if (typeof next !== "object") return [];
    node = next;
  }
  const names = typeof node.propertyNames === "object" ? (node.propertyNames.enum ?? []) : [];
  return [...Object.keys(node.properties ?? {}), ...names.map(String)];
}

function show(json: unknown, path: readonly string[]): string {
  let value = json;
  for (const key of path) value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return value === undefined ? "absent" : JSON.stringify(value).slice(0, 80);
}

/** The image to use for a base image: the override when there is one, else what the name says. */
export function imageOverride(config: Config, image: string): string | undefined {
  return isImageName(image) ? config.images[image] : undefined;
}
