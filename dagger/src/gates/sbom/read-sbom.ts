import { z } from "zod";
import { UnreadableReportError } from "../gate.ts";
import { parseJsonReport } from "../parse-report.ts";

/** Reads what Syft left of one image, and lets its documents vouch for each other. */

export interface SbomPackage {
  readonly name: string;
  /** Absent where its manifest has none. */
  readonly version?: string;
  /** Syft's word: `npm`, `deb`, `python`, `java-archive`, `binary`, … */
  readonly type: string;
  /** As the package states them, not judged: identifiers, expressions, or free words. */
  readonly licences: readonly string[];
  /** A package of the operating system brought its files. */
  readonly owned: boolean;
  /** A lock file in the image names it; whether it lies there as well, another entry tells. */
  readonly fromLockFile: boolean;
}

export interface SbomTexts {
  readonly cyclonedx: string;
  readonly spdx: string;
  /** What `witnessTemplate` made. */
  readonly witness: string;
}

/** What the documents should be of. */
export interface SbomSubject {
  readonly name: string;
  readonly imageId: string;
}

export interface Sbom {
  readonly packages: readonly SbomPackage[];
  /** Files that are a package's or a package manager's, and that Syft could not read. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
}

/** What a distribution's own package manager installs: its licences and advisories are the distribution's. */
export const isOfSystem = ({ type }: Pick<SbomPackage, "type">): boolean => ["deb", "rpm", "apk", "alpm", "portage", "nix"].includes(type);

const licence = z.union([
  z.object({ license: z.union([z.object({ id: z.string().min(1) }), z.object({ name: z.string().min(1) })]) }),
  z.object({ expression: z.string().min(1) }),
]);

const componentSchema = z.object({
  type: z.string(),
  name: z.string(),
  version: z.string().optional(),
  purl: z.string().optional(),
  licenses: z.array(licence).optional(),
  properties: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
});

const cyclonedxSchema = z.object({
  bomFormat: z.literal("CycloneDX"),
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  components: z.array(componentSchema).optional(),
});

const spdxSchema = z.object({
  spdxVersion: z.string().startsWith("SPDX-2"),
  packages: z.array(
    z.object({
      SPDXID: z.string(),
      name: z.string(),
      versionInfo: z.string().optional(),
      externalRefs: z.array(z.object({ referenceType: z.string(), referenceLocator: z.string() })).optional(),
    }),
  ),
  relationships: z.array(z.object({ relatedSpdxElement: z.string(), comment: z.string().optional() })),
});

/**
 * Neither document tells the image's id as engines know it, nor what Syft met and
 * could not read: this does. `unknowns-labeler` is left out: it tells of programs
 * that belong to no package.
 */
export const witnessTemplate = `{"imageId": {{toJson .source.metadata.imageID}}, "packages": {{len .artifacts}}, "unknowns": [{{range .files}}{{$path := .location.path}}{{range .unknowns}}{{if not (hasPrefix "unknowns-labeler:" .)}}{{toJson (dict "path" $path "why" .)}},{{end}}{{end}}{{end}}null]}\n`;

const witnessSchema = z.object({
  imageId: z.string(),
  packages: z.number().int(),
  unknowns: z.array(z.union([z.object({ path: z.string(), why: z.string() }), z.null()])),
});

export function readSbom(texts: SbomTexts, subject: SbomSubject): Sbom {
  const witness = parseJsonReport("Syft", texts.witness, witnessSchema);
  const cyclonedx = parseJsonReport("Syft (CycloneDX)", texts.cyclonedx, cyclonedxSchema);
  const spdx = parseJsonReport("Syft (SPDX)", texts.spdx, spdxSchema);
  if (witness.imageId !== subject.imageId) throw new UnreadableReportError(`Syft looked at another image: ${witness.imageId} instead of ${subject.imageId}.`, texts.witness);
  const isRoot = (entry: { SPDXID: string }): boolean => entry.SPDXID.startsWith("SPDXRef-DocumentRoot-");
  const root = spdx.packages.find(isRoot);
  mustBeOf(subject, "CycloneDX", cyclonedx.metadata.component);
  mustBeOf(subject, "SPDX", { name: root?.name, version: root?.versionInfo });

  const components = (cyclonedx.components ?? []).filter((component) => component.type !== "operating-system");
  const inCyclonedx = components.map((component) => keyOf(component.name, component.version, component.purl));
  const inSpdx = spdx.packages.filter((entry) => !isRoot(entry)).map((entry) => ({ id: entry.SPDXID, key: keyOf(entry.name, entry.versionInfo, entry.externalRefs?.find((reference) => reference.referenceType === "purl")?.referenceLocator) }));
  if (components.length !== witness.packages || !sameElements(inCyclonedx, inSpdx.map(({ key }) => key))) {
    throw new UnreadableReportError(`Syft's documents do not agree: it found ${String(witness.packages)} packages, CycloneDX has ${String(inCyclonedx.length)} and SPDX ${String(inSpdx.length)} of them, or others.`);
  }
  const ownedIds = new Set(spdx.relationships.flatMap(({ relatedSpdxElement, comment }) => (comment?.startsWith("ownership-by-file-overlap:") === true ? [relatedSpdxElement] : [])));
  // Several copies look alike: one that nobody owns counts.
  const unowned = new Set(inSpdx.flatMap(({ id, key }) => (ownedIds.has(id) ? [] : [key])));
  return {
    packages: components.map((component, index) => toPackage(component, !unowned.has(inCyclonedx[index] ?? ""))),
    unread: witness.unknowns.filter((unknown) => unknown !== null),
  };
}

function mustBeOf(subject: SbomSubject, format: string, found: { name: string | undefined; version: string | undefined }): void {
  if (found.name === subject.name && found.version === subject.imageId) return;
  throw new UnreadableReportError(`Syft's ${format} document is of another image: ${found.name ?? "one without a name"} ${found.version ?? ""}`.trimEnd() + ".");
}

function toPackage(component: z.infer<typeof componentSchema>, owned: boolean): SbomPackage {
  const property = (name: string): string | undefined => component.properties?.find((candidate) => candidate.name === `syft:package:${name}`)?.value;
  const type = property("type");
  if (type === undefined) throw new UnreadableReportError(`Syft's CycloneDX document does not say what kind of package ${component.name} is.`);
  // A list of packages without the system that they are of has no package URLs.
  const { name, version } = component.purl === undefined ? component : readPurl(component.purl);
  return {
    name,
    ...(version === undefined ? {} : { version }),
    type,
    licences: (component.licenses ?? []).map((entry) => ("expression" in entry ? entry.expression : "id" in entry.license ? entry.license.id : entry.license.name)),
    owned,
    fromLockFile: property("foundBy")?.endsWith("-lock-cataloger") ?? false,
  };
}

/** `pkg:npm/%40scope/name@1.0.0?arch=…#…`: the name with its namespace, and the version. */
function readPurl(purl: string): { name: string; version: string | undefined } {
  const [, name, version] = /^pkg:[a-z][a-z0-9.+-]*\/([^@?#]+)(?:@([^?#]+))?(?:[?#]|$)/.exec(purl) ?? [];
  try {
    if (name !== undefined) return { name: decodeURIComponent(name), version: version === undefined ? undefined : decodeURIComponent(version) };
  } catch {
    // Told below.
  }
  throw new UnreadableReportError(`Syft's CycloneDX document has a package URL that cannot be read: ${purl.slice(0, 200)}`);
}

const keyOf = (name: string, version: string | undefined, purl: string | undefined): string => [name, version ?? "", purl ?? ""].join("\n");

function sameElements(one: readonly string[], other: readonly string[]): boolean {
  const sorted = other.toSorted();
  return one.length === other.length && one.toSorted().every((element, index) => element === sorted[index]);
}
