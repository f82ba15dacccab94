import parseExpression from "spdx-expression-parse";
import { z } from "zod";
import { severities, type GateMode, type GateName } from "./report/schema.ts";

/** What `gitops.json` may say of each gate, and the modes where it says nothing. */

/** Gates that advise rather than guard. */
const defaultModes: Partial<Record<GateName, GateMode>> = { dockerfiles: "report", licences: "report" };

/** What teams begin with: everything is looked at, and only what their compiler says stops them. */
const labModes: Partial<Record<GateName, GateMode>> = {
  secrets: "report",
  dependencies: "report",
  "code-quality": "report",
  infrastructure: "report",
  "image-scan": "report",
  sbom: "report",
};

const common = {
  mode: z.enum(["block", "report", "off"]).optional().describe("block stops a release, report only shows, off does not run. Absent: what the preset says, else block (report for dockerfiles and licences)"),
  reason: z.string().trim().min(1, "must say why").optional().describe("Why the gate is off"),
  timeoutMinutes: z.number().int().min(1, "must be from 1 to 120").max(120, "must be from 1 to 120").default(15).describe("For each step of the gate"),
};

const blocksAt = { blocksAt: z.enum(severities).optional().describe("Findings of this severity and graver ones count. Absent: the gate's own") };

const percent = z.number().min(0, "must be from 0 to 100").max(100, "must be from 0 to 100");
const pattern = z.string().min(1, "must be a pattern such as **/generated/**");

/** One identifier: a misspelt one would never be met. */
function isLicence(text: string): boolean {
  try {
    return "license" in parseExpression(text);
  } catch {
    return false;
  }
}

function gate<const More extends z.ZodRawShape>(more: More) {
  return z.strictObject({ ...common, ...more }).superRefine((settings, context) => {
    const { mode, reason } = settings as { mode?: GateMode; reason?: string };
    if (mode === "off" && reason === undefined) {
      context.addIssue({ code: "custom", path: ["reason"], message: `is needed when mode is "off": say why nobody has to look` });
    }
    if (mode !== "off" && reason !== undefined) {
      context.addIssue({ code: "custom", path: ["reason"], message: `belongs to mode "off" only; mode is ${mode === undefined ? "absent" : `"${mode}"`}` });
    }
  });
}

export const gatesSchema = z
  .strictObject({
    secrets: gate({}).prefault({}),
    "static-analysis": gate({}).prefault({}),
    "unit-tests": gate({}).prefault({}),
    dependencies: gate(blocksAt).prefault({}),
    "code-quality": gate({
      host: z.url({ protocol: /^https?$/, error: "must be a server's address such as https://sonar.example" }).optional().describe("SonarQube server or SonarCloud, used when SONAR_TOKEN is set; SONAR_HOST_URL goes before it"),
      organization: z.string().min(1, "must be a name").optional().describe("SonarCloud only"),
      projectKey: z.string().regex(/^[\w.:-]{1,400}$/, "must be letters, digits, -, _, . or :").optional().describe("Absent: the project's name"),
      coverage: percent.default(80).describe("Our own server only: least coverage, percent"),
      duplication: percent.default(3).describe("Our own server only: most duplicated lines, percent"),
      cognitiveComplexity: z.number().int().min(1, "must be at least 1").default(15).describe("Our own server only: most that one function may have"),
      tests: z.array(pattern).default(["**/test/**", "**/tests/**", "**/__tests__/**", "**/*.test.*", "**/*.spec.*", "**/test_*.py"]).describe("Which files of the services are tests"),
      exclude: z.array(pattern).default([]).describe("Files that are not analysed, generated ones for instance"),
    }).prefault({}),
    infrastructure: gate(blocksAt).prefault({}),
    images: gate({}).prefault({}),
    "image-scan": gate({
      ...blocksAt,
      database: z
        .string()
        .regex(/^(\/|\.\/).+|^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+(:[\w.-]{1,128})?(@sha256:[0-9a-f]{64})?$/, "must be an image repository such as registry.example/mirror/trivy-db:2, a folder of this repository (./…) or of this machine (/…)")
        .default("mirror.gcr.io/aquasec/trivy-db:2")
        .describe("Trivy's vulnerability database: an image repository, a folder of this repository (./…), or of this machine (/…)"),
      maxDatabaseAgeDays: z.number().int().min(1, "must be at least 1").default(3).describe("An older database makes the gate unavailable"),
    }).prefault({}),
    sbom: gate({}).prefault({}),
    dockerfiles: gate(blocksAt).prefault({}),
    licences: gate({
      ...blocksAt,
      allow: z
        .array(z.string().refine(isLicence, "must be an SPDX licence identifier such as MIT"))
        .default(["0BSD", "Apache-2.0", "Artistic-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-3.0", "CC-BY-4.0", "CC0-1.0", "ISC", "MIT", "MIT-0", "PostgreSQL", "PSF-2.0", "Python-2.0", "Unlicense", "WTFPL", "Zlib"])
        .describe("SPDX identifiers; a package passes when its licence expression can be met by these alone"),
    }).prefault({}),
  } satisfies Record<GateName, z.ZodType>)
  .prefault({});

type Written = z.infer<typeof gatesSchema>;

/** Settings of every gate, each with its mode. */
export type GatesSettings = { readonly [Name in GateName]: Omit<Written[Name], "mode"> & { readonly mode: GateMode } };
export type GateSettings = GatesSettings[GateName];

export function withModes(gates: Written, preset: "lab" | undefined): GatesSettings {
  const defaults = { ...defaultModes, ...(preset === "lab" ? labModes : {}) };
  return Object.fromEntries(Object.entries(gates).map(([name, settings]) => [name, { ...settings, mode: settings.mode ?? defaults[name as GateName] ?? "block" }])) as unknown as GatesSettings;
}
