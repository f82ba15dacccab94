import { z } from "zod";
import type { ImageBuild, Step, StepResult } from "../engine/engine.ts";
import { releaseBuild } from "../images/service-build.ts";
import type { Fact } from "../report/schema.ts";
import { joinParts, UnreadableReportError, type Evidence, type Gate, type GateContext } from "./gate.ts";
import { parseJsonReport } from "./parse-report.ts";
import { sbomOf } from "./sbom.ts";
import { packageKey } from "./npm/production-packages.ts";
import { isOfSystem, type Sbom, type SbomPackage } from "./sbom/read-sbom.ts";
import { checkAge, databaseMetadataSchema } from "./trivy/database-age.ts";
import { cacheFolder, findDatabase, type Database } from "./trivy/find-database.ts";
import { foundExitCode, readImageScan, type ImageScan } from "./trivy/read-report.ts";

/** Trivy on each image that is released, with a database of known vulnerabilities whose age is known too. */
export const imageScan: Gate = {
  name: "image-scan",
  tool: "Trivy",
  blocksAt: "critical",
  // A rule is one vulnerability, in whichever packages and images it is.
  allowByRule: true,
  nothingToDo: () => undefined,
  look: async (context) => {
    const database = await findDatabase(context);
    const ages = new Set<string>();
    const evidence = await joinParts(Object.fromEntries(Object.keys(context.config.services).map((name) => [name, async () => lookAtService(name, database, context, ages)])));
    return {
      ...evidence,
      standIns: [...new Set([...(database.kind === "repository" ? database.standIns : []), ...evidence.standIns])],
      facts: [...[...ages].map((value) => ({ name: "database", value })), ...(evidence.facts ?? [])],
    };
  },
};

const reports = { scan: "/report/trivy.json", version: "/report/version.json" };

/**
 * The database lies in a cache that all scans of a machine share. Whoever wants
 * another one waits until nobody reads it; a download that was cut off leaves no
 * digest and is made again.
 */
const download = `exec 9>>"$1/lock" && flock 9 && if [ "$(cat "$1/digest" 2>/dev/null)" != "$2" ] || [ ! -s "$1/db/trivy.db" ]; then rm -rf "$1/db" "$1/digest" && trivy --cache-dir "$1" image --download-db-only --no-progress --skip-version-check --disable-telemetry --db-repository "$3" && printf %s "$2" >"$1/digest"; fi`;
/** Says which database it is while nobody can exchange it, and goes on as the scan. */
const scan = `exec 9>>"$1/lock" && flock -s 9 && trivy --cache-dir "$1" version --format json >"$2" && cache=$1 && shift 2 && exec trivy --cache-dir "$cache" "$@"`;
/** Trivy ends with an error at the first of these unless it has a second database, of 700 MB: the SBOM tells whether one matters. */
const javaArchives = ["jar", "war", "ear", "par"].map((extension) => `**/*.${extension}`).join(",");

function scanStep(build: ImageBuild, database: Database, context: Pick<GateContext, "timeoutMs">): Step {
  const options = ["--skip-db-update", "--skip-java-db-update", "--skip-version-check", "--disable-telemetry", "--offline-scan", "--no-progress", "--scanners", "vuln", "--skip-files", javaArchives];
  return {
    name: `image-scan/${build.service}`,
    image: { kind: "named", name: "trivy" },
    files: [{ from: "image", build, to: "/image.tar" }, ...(database.kind === "folder" ? database.files : [])],
    workdir: "/report",
    commands: [
      ...(database.kind === "repository" ? [{ program: "trivy (the download of its database)", argv: ["sh", "-c", download, "sh", cacheFolder, database.digest, database.reference], accept: [0] }] : []),
      {
        program: "trivy",
        // Its own cache would be locked by the first of several scans.
        argv: ["sh", "-c", scan, "sh", cacheFolder, reports.version, "image", "--input", "/image.tar", ...options, "--cache-backend", "memory", "--list-all-pkgs", "--exit-code", String(foundExitCode), "--format", "json", "--output", reports.scan],
        accept: [0, foundExitCode],
      },
    ],
    env: {},
    secrets: {},
    caches: database.kind === "repository" ? { [cacheFolder]: "trivy-database" } : {},
    outputs: Object.values(reports),
    timeoutMs: context.timeoutMs,
    memoryMb: 2048,
    network: database.kind === "repository" ? "registries" : "none",
  };
}

async function lookAtService(name: string, database: Database, context: GateContext, ages: Set<string>): Promise<Evidence> {
  const build = releaseBuild(name, context);
  const [image, result, { sbom }] = await Promise.all([
    context.engine.build(build, context.signal),
    context.engine.run(scanStep(build, database, context), context.signal),
    sbomOf(name, context),
  ]);
  const used = readVersion(result, context);
  const command = result.commands.at(-1);
  if (command === undefined) throw new UnreadableReportError("Trivy did not run.");
  const read = readImageScan(name, { ...command, report: result.outputs.get(reports.scan) ?? "" }, image.imageId);
  ages.add(`${used.date}, ${used.age} old`);
  return {
    toolVersion: `${used.version} with the database of ${used.date}`,
    lookedAt: { count: read.packages, unit: "packages" },
    findings: read.findings,
    suppressions: [],
    gaps: blindSpots(read, sbom).map((gap) => `${name}: ${gap}`),
    cached: result.cached,
    standIns: result.standIns,
    facts: bundledFact(name, sbom),
    raw: new Map([
      [`${name}.trivy.json`, result.outputs.get(reports.scan) ?? ""],
      [`${name}.trivy.log`, command.stderr],
    ]),
  };
}

function readVersion(result: StepResult, context: GateContext): { version: string; date: string; age: string } {
  const schema = z.object({ Version: z.string().min(1), VulnerabilityDB: databaseMetadataSchema });
  const { Version: version, VulnerabilityDB: metadata } = parseJsonReport("Trivy (version and database)", result.outputs.get(reports.version) ?? "", schema);
  return { version, ...checkAge(metadata.UpdatedAt, context) };
}

/** What the SBOM has and Trivy cannot have looked at: an image need only lose its os-release to look clean. */
function blindSpots({ system, ...seen }: ImageScan, { packages }: Sbom): string[] {
  const ofSystem = packages.filter(isOfSystem).length;
  // Trivy leaves out the keys that RPM lists among its packages.
  const unseenOfSystem = system === undefined ? [] : packages.filter((found) => isOfSystem(found) && found.name !== "gpg-pubkey" && !seen.ofSystem.has(ownName(found)));
  const unseenOfNpm = packages.filter((found) => found.type === "npm" && !found.fromLockFile && found.version !== undefined && !seen.ofNpm.has(packageKey(found)));
  const java = packages.filter(({ type, owned }) => type === "java-archive" && !owned).length;
  return [
    ...(system === undefined && ofSystem > 0 ? [`Trivy does not recognise the image's operating system, so nobody has looked at what the SBOM lists of it (${counted(ofSystem)}).`] : []),
    ...unseen("of the operating system", unseenOfSystem),
    ...unseen("of npm", unseenOfNpm),
    ...(java > 0 ? [`The image has Java archives (${counted(java)} in the SBOM), which this gate does not look into.`] : []),
  ];
}

/** The SBOM puts the distribution before the name of its packages: `debian/openssl`. */
const ownName = ({ name }: SbomPackage): string => name.slice(name.lastIndexOf("/") + 1);

function unseen(kind: string, packages: readonly SbomPackage[]): string[] {
  if (packages.length === 0) return [];
  const names = [...new Set(packages.map(packageKey))];
  return [`The SBOM lists ${counted(names.length)} ${kind} that Trivy's report does not have, so it is not whole: ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}.`];
}

/** Trivy takes no lock file in an image for a package: what was bundled is for another gate. */
function bundledFact(service: string, { packages }: Sbom): Fact[] {
  const installed = new Set(packages.filter(({ fromLockFile }) => !fromLockFile).map(packageKey));
  const bundled = new Set(packages.filter(({ fromLockFile }) => fromLockFile).map(packageKey).filter((key) => !installed.has(key)));
  return bundled.size === 0 ? [] : [{ name: `bundled in ${service}`, value: `${counted(bundled.size)}, which the gate dependencies looks up` }];
}

const counted = (packages: number): string => `${String(packages)} ${packages === 1 ? "package" : "packages"}`;
