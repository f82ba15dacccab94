import { posix } from "node:path";
import { z } from "zod";
import type { BuiltImage, ImageBuild, Step, StepResult } from "../engine/engine.ts";
import { releaseBuild } from "../images/service-build.ts";
import type { Finding } from "../report/schema.ts";
import { joinParts, UnreadableReportError, type Evidence, type Gate, type GateContext } from "./gate.ts";
import { parseJsonReport } from "./parse-report.ts";
import { packageKey, productionPackages, type ProductionPackages } from "./npm/production-packages.ts";
import { readSbom, witnessTemplate, type Sbom } from "./sbom/read-sbom.ts";

/** Syft on each image that is released: a CycloneDX and an SPDX document that hold every production package. */
export const sbom: Gate = {
  name: "sbom",
  tool: "Syft",
  blocksAt: "high",
  allowByRule: false,
  nothingToDo: () => undefined,
  look: async (context) => joinParts(Object.fromEntries(Object.keys(context.config.services).map((name) => [name, async () => lookAtService(name, context)]))),
};

/** What is known of one service's image; the gates that ask for it share one run of Syft. */
export interface ServiceSbom {
  readonly sbom: Sbom;
  readonly image: BuiltImage;
  readonly toolVersion: string;
  readonly result: StepResult;
  /** Undefined for a service without npm. */
  readonly lockFile: ProductionPackages | undefined;
}

const folder = "/report";
const files = { cyclonedx: "sbom.cdx.json", spdx: "sbom.spdx.json", witness: "witness.json", template: "witness.tmpl" };
/** Not on the PATH of the published image. */
const syft = "/syft";

/** Throws StepError and UnreadableReportError. */
export async function sbomOf(name: string, context: GateContext): Promise<ServiceSbom> {
  const build = releaseBuild(name, context);
  const image = await context.engine.build(build, context.signal);
  const subject = { name: `${context.config.project}-${name}`, imageId: image.imageId };
  const [result, lockFile] = await Promise.all([
    context.engine.run(sbomStep(build, subject, context.config.gates.sbom.timeoutMinutes * 60_000), context.signal),
    lockFileOf(build, context),
  ]);
  const [version] = result.commands;
  const { version: toolVersion } = parseJsonReport("Syft (version)", version?.stdout ?? "", z.object({ version: z.string().min(1) }));
  const read = readSbom({ cyclonedx: outputOf(result, files.cyclonedx), spdx: outputOf(result, files.spdx), witness: outputOf(result, files.witness) }, subject);
  return { sbom: read, image, toolVersion, result, lockFile };
}

const outputOf = (result: StepResult, file: string): string => result.outputs.get(`${folder}/${file}`) ?? "";

function sbomStep(build: ImageBuild, subject: { name: string; imageId: string }, timeoutMs: number): Step {
  return {
    name: `sbom/${build.service}`,
    image: { kind: "named", name: "syft" },
    files: [
      { from: "image", build, to: "/image.tar" },
      { from: "text", content: witnessTemplate, to: `${folder}/${files.template}` },
    ],
    workdir: folder,
    commands: [
      { program: "syft", argv: [syft, "version", "-o", "json"], accept: [0] },
      {
        program: "syft",
        argv: [
          syft, "scan", "/image.tar", "--from", "docker-archive",
          "--source-name", subject.name, "--source-version", subject.imageId,
          // Bundled packages leave no package.json: the lock file beside them names them.
          "--select-catalogers", "+javascript-lock-cataloger",
          "-o", `cyclonedx-json=${files.cyclonedx}`, "-o", `spdx-json=${files.spdx}`, "-o", `template=${files.witness}`, "-t", files.template,
        ],
        accept: [0],
      },
    ],
    env: { SYFT_CHECK_FOR_APP_UPDATE: "false" },
    secrets: {},
    caches: {},
    outputs: [files.cyclonedx, files.spdx, files.witness].map((file) => `${folder}/${file}`),
    timeoutMs,
    memoryMb: 2048,
    network: "none",
  };
}

async function lockFileOf(build: ImageBuild, { engine }: GateContext): Promise<ProductionPackages | undefined> {
  const besideDockerfile = posix.dirname(posix.join(build.context, build.dockerfile));
  for (const place of new Set([besideDockerfile, build.context])) {
    // As npm itself: a shrinkwrap goes before a lock file.
    for (const file of ["npm-shrinkwrap.json", "package-lock.json"]) {
      const path = posix.join(place, file);
      const text = await engine.tree.read(path);
      if (text !== undefined) return productionPackages(path, text);
    }
  }
  return undefined;
}

async function lookAtService(name: string, context: GateContext): Promise<Evidence> {
  const { sbom: read, toolVersion, result, lockFile } = await sbomOf(name, context);
  if (read.packages.length === 0) throw new UnreadableReportError("Syft found no package in the image: there is nothing that an SBOM could tell.");
  const log = result.commands.map((command) => command.stderr).join("");
  return {
    toolVersion,
    lookedAt: { count: read.packages.length, unit: "packages" },
    findings: lockFile === undefined ? [] : missing(name, read, lockFile),
    suppressions: [],
    gaps: read.unread.filter(({ why }) => /^(\w+-db|javascript-lock)-cataloger:/.test(why)).map(({ path, why }) => `${name}: Syft could not read ${path} of the image (${why}).`),
    cached: result.cached,
    standIns: result.standIns,
    raw: new Map(log === "" ? [] : [[`${name}.syft.log`, log]]),
    facts: read.unread.length === 0 ? [] : [{ name: `files of ${name} that Syft could not read`, value: String(read.unread.length) }],
    files: new Map([
      [`sbom/${name}.cdx.json`, outputOf(result, files.cyclonedx)],
      [`sbom/${name}.spdx.json`, outputOf(result, files.spdx)],
    ]),
  };
}

/** What the lock file wants in production and the document does not have. */
function missing(service: string, read: Sbom, { production }: ProductionPackages): Finding[] {
  const listed = new Set(read.packages.filter(({ type }) => type === "npm").flatMap((entry) => [packageKey(entry), entry.name]));
  return production
    .filter((wanted) => !listed.has(packageKey(wanted)))
    .map((wanted) => ({
      gate: "sbom",
      id: `not-in-sbom:${service}:${packageKey(wanted)}`,
      rule: "not-in-sbom",
      severity: "high",
      title: "The lock file has it for production, the image's SBOM does not. Bundled: copy the lock file into the image. Not shipped: make it a development dependency.",
      where: packageKey(wanted),
      service,
    }));
}
