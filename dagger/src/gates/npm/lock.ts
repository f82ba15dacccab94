import { posix } from "node:path";
import { z } from "zod";
import { UnreadableReportError } from "../gate.ts";

/** npm's lock file, of the versions that npm 7 and later write. */

const specs = z.record(z.string(), z.string()).default({});

const entrySchema = z.object({
  /** Where it is another than the folder says: an alias. */
  name: z.string().optional(),
  version: z.string().optional(),
  /** Of a link: the folder that it leads to. */
  resolved: z.string().optional(),
  link: z.boolean().default(false),
  dev: z.boolean().default(false),
  devOptional: z.boolean().default(false),
  optional: z.boolean().default(false),
  dependencies: specs,
  devDependencies: specs,
  optionalDependencies: specs,
  peerDependencies: specs,
});

const lockSchema = z.object({ lockfileVersion: z.number(), packages: z.record(z.string(), entrySchema) });
const manifestSchema = z.object({ dependencies: specs, devDependencies: specs, optionalDependencies: specs });

type Entry = z.infer<typeof entrySchema>;

export interface NpmLock {
  /** By location, such as `node_modules/a/node_modules/b`; "" is the project. */
  readonly packages: ReadonlyMap<string, Entry>;
  /** Locations of what was installed: no links, no folders of the repository. */
  readonly installed: readonly string[];
}

const renew = "Renew it with: npm install --package-lock-only";

/** Reads a lock file. Throws UnreadableReportError with what is wrong, and what to do. */
export function readNpmLock(text: string): NpmLock {
  const json = parseJson(text, "It is not JSON (a merge conflict, perhaps).");
  const version = z.object({ lockfileVersion: z.number() }).safeParse(json).data?.lockfileVersion;
  if (version === 1) throw new UnreadableReportError(`It is of version 1, as npm 6 and older write it: it does not say where each package is installed. ${renew}, of npm 7 or later.`);
  if (version !== undefined && version !== 2 && version !== 3) throw new UnreadableReportError(`It is of version ${String(version)}, of a newer npm than this pipeline knows (2 and 3).`);
  const parsed = lockSchema.safeParse(json);
  if (!parsed.success) throw new UnreadableReportError(`It is not of npm's form: ${parsed.error.issues[0]?.path.map(String).join(".") ?? ""}: ${parsed.error.issues[0]?.message ?? ""}. ${renew}`);
  const packages = new Map(Object.entries(parsed.data.packages));
  return { packages, installed: [...packages].filter(([location, entry]) => isInstalled(location, entry)).map(([location]) => location) };
}

/** Reads a lock file that has to fit the package.json beside it. Throws UnreadableReportError. */
export function parseNpmLock(text: string, manifestText: string | undefined): NpmLock {
  const lock = readNpmLock(text);
  if (manifestText === undefined) throw new UnreadableReportError("There is no package.json beside it, so nobody knows what it belongs to.");
  requireSameDependencies(lock.packages.get(""), manifestText, "package.json beside it");
  requireAllDependencies(lock);
  return lock;
}

const isInstalled = (location: string, entry: Entry): boolean => /(^|\/)node_modules\//.test(location) && !entry.link;

function parseJson(text: string, wrong: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableReportError(`${wrong} ${renew}`);
  }
}

/** A lock file that does not fit is refused by `npm ci` too; what it lists is not what would be installed. */
export function requireSameDependencies(root: Entry | undefined, manifestText: string, manifestName: string): void {
  const manifest = manifestSchema.safeParse(parseJson(manifestText, `The ${manifestName} is not JSON.`));
  if (!manifest.success) throw new UnreadableReportError(`The ${manifestName} is not of npm's form.`);
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies"] as const) {
    for (const [name, spec] of Object.entries(manifest.data[kind])) {
      // npm keeps an optional dependency in one of the two lists only.
      const locked = [root?.[kind][name], root?.optionalDependencies[name]].filter((found) => found !== undefined);
      // npm writes addresses and paths in a form of its own.
      if (locked.length === 0 || !(locked.includes(spec) || /[:/]/.test(spec))) throw new UnreadableReportError(`It does not fit the ${manifestName}, which asks for ${name} ${spec}. ${renew}`);
    }
  }
}

/** Folders of the repository that it is for: the project's own, "", and its workspaces. */
export const foldersOf = (lock: NpmLock): string[] => [...lock.packages.keys()].filter((location) => !/(^|\/)node_modules\//.test(location));

/** What is asked for and not listed would be audited by nobody. Optional packages may be missing: npm leaves out those of other platforms. */
function requireAllDependencies(lock: NpmLock): void {
  for (const folder of foldersOf(lock)) {
    const entry = lock.packages.get(folder);
    if (entry === undefined) continue;
    const missing = Object.keys({ ...entry.dependencies, ...entry.devDependencies }).find((name) => !(name in entry.optionalDependencies) && locate(lock, folder, name) === undefined);
    if (missing !== undefined) throw new UnreadableReportError(`It does not list ${missing}, which ${folder === "" ? "the project" : folder} asks for: it is not whole. ${renew}`);
  }
}

/** Whether a lock file covers a folder of the repository, seen from the lock file's own. */
export function coversFolder(text: string, folder: string): boolean {
  try {
    return lockSchema.safeParse(JSON.parse(text)).data?.packages[folder] !== undefined;
  } catch {
    return false;
  }
}

export function nameAt(lock: NpmLock, location: string): string {
  return lock.packages.get(location)?.name ?? location.slice(location.lastIndexOf("node_modules/") + "node_modules/".length);
}

const label = (lock: NpmLock, location: string): string => `${nameAt(lock, location)}@${lock.packages.get(location)?.version ?? "?"}`;

/**
 * The shortest way from a direct dependency of the project, or of one of its
 * workspaces, to one of the places; empty when there is none.
 */
export function pathTo(lock: NpmLock, places: readonly string[]): string[] {
  const wanted = new Set(places);
  const cameFrom = new Map<string, string | undefined>();
  let layer = foldersOf(lock).flatMap((folder) => neighbours(lock, folder, true));
  for (const location of layer) cameFrom.set(location, undefined);
  while (layer.length > 0) {
    const found = layer.find((location) => wanted.has(location));
    if (found !== undefined) return trace(found, cameFrom).map((location) => label(lock, location));
    const next: string[] = [];
    for (const location of layer) {
      for (const neighbour of neighbours(lock, location, false)) {
        if (cameFrom.has(neighbour)) continue;
        cameFrom.set(neighbour, location);
        next.push(neighbour);
      }
    }
    layer = next;
  }
  return [];
}

function trace(from: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const path: string[] = [];
  for (let at: string | undefined = from; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
  return path;
}

function neighbours(lock: NpmLock, location: string, withDevelopment: boolean): string[] {
  const entry = lock.packages.get(location);
  if (entry === undefined) return [];
  const names = [entry.dependencies, entry.optionalDependencies, entry.peerDependencies, ...(withDevelopment ? [entry.devDependencies] : [])].flatMap((list) => Object.keys(list));
  return names.map((name) => resolve(lock, location, name)).filter((found) => found !== undefined);
}

/** Where a package lies; undefined for a link, which is a folder of the repository. */
function resolve(lock: NpmLock, from: string, name: string): string | undefined {
  const found = locate(lock, from, name);
  return found === undefined || lock.packages.get(found)?.link === true ? undefined : found;
}

/** As Node looks for a package: in the folder's own node_modules, then in those above it. */
function locate(lock: NpmLock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const at = folder === "." ? "" : folder;
    const candidate = posix.join(at, "node_modules", name);
    if (lock.packages.has(candidate)) return candidate;
    if (at === "") return undefined;
  }
}
