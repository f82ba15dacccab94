import { posix } from "node:path";
import { z } from "zod";
import { gateNames } from "./report/schema.ts";
import { imageNames, isImageName } from "./images/catalogue.ts";

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

const baseImageMessage = `must be one of ${imageNames.join(", ")}, or ${fullReference}`;
const baseImage = z.union([z.enum(imageNames), imageReference(baseImageMessage)], { error: baseImageMessage });

const staticAnalysis = z.strictObject({
  target: buildTarget.default("deps").describe("Dockerfile target that holds the dependencies, development ones included"),
  sources: z.string().regex(/^\/.*[^/]$/, "must be an absolute path without a closing slash, such as /app").default("/app").describe("Folder in that image to which the sources belong"),
  project: relativePath.prefault("tsconfig.json").describe("tsconfig, relative to the service"),
});

const service = z.strictObject({
  path: relativePath.describe("Folder of the service: the build context"),
  dockerfile: relativePath.prefault("Dockerfile").describe("Relative to path"),
  target: buildTarget.default("runtime").describe("Dockerfile target that is released"),
  baseImages: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "must be a build argument's name, such as NODE_IMAGE"), baseImage)
    .default({})
    .describe("Build argument -> base image"),
  staticAnalysis: staticAnalysis.optional().describe("Absent: not a TypeScript service"),
});

const gateSettings = z
  .strictObject({
    mode: z.enum(["block", "report", "off"]).default("block"),
    reason: z.string().trim().min(1, "must say why").optional().describe("Why the gate is off"),
    timeoutMinutes: z.number().int().min(1, "must be from 1 to 120").max(120, "must be from 1 to 120").default(15).describe("For each step of the gate"),
  })
  .superRefine((settings, context) => {
    if (settings.mode === "off" && settings.reason === undefined) {
      context.addIssue({ code: "custom", path: ["reason"], message: `is needed when mode is "off": say why nobody has to look` });
    }
    if (settings.mode !== "off" && settings.reason !== undefined) {
      context.addIssue({ code: "custom", path: ["reason"], message: `belongs to mode "off" only; mode is "${settings.mode}"` });
    }
  });

export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    project: name.describe("Prefix of images and AWS names"),
    services: z.record(name, service).refine((services) => Object.keys(services).length > 0, "must name at least one service"),
    gates: z.strictObject(Object.fromEntries(gateNames.map((gate) => [gate, gateSettings.prefault({})])) as Record<GateKey, GateField>).prefault({}),
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
  });

type GateKey = (typeof gateNames)[number];
type GateField = z.ZodPrefault<typeof gateSettings>;

export type Config = z.infer<typeof configSchema>;
export type ServiceConfig = z.infer<typeof service>;
export type GateSettings = z.infer<typeof gateSettings>;

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

/** Parses the text of `gitops.json`; undefined is an absent file. Throws ConfigError, naming every problem by its path. */
export function parseConfig(text: string | undefined, file = "gitops.json"): Config {
  if (text === undefined) throw new ConfigError(file, [`it is not there, at the root of the repository; ${least}`]);
  if (text.trim() === "") throw new ConfigError(file, [`it is empty; ${least}`]);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(file, [`it is not JSON: ${(error as Error).message}`]);
  }
  const parsed = configSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ConfigError(file, parsed.error.issues.flatMap((issue) => describeIssue(issue, json)));
}

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
