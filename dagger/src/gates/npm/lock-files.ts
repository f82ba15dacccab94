import { posix } from "node:path";
import type { Config } from "../../config.ts";
import type { SourceTree } from "../../engine/engine.ts";
import { UnreadableReportError } from "../gate.ts";
import { coversFolder, foldersOf, parseNpmLock, requireSameDependencies, type NpmLock } from "./lock.ts";

export interface NpmLockFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  /** The package.json beside it. */
  readonly manifest: string;
  readonly lock: NpmLock;
}

export interface NpmLockFiles {
  readonly files: readonly NpmLockFile[];
  /** Packages of which nobody can say anything, a sentence for each reason. */
  readonly gaps: readonly string[];
}

/** Every npm lock file of the repository, and what is there that none of them covers. */
export async function findLockFiles(tree: SourceTree, config: Config): Promise<NpmLockFiles> {
  const npm = await findAll(tree, ["package-lock.json", "npm-shrinkwrap.json"]);
  const other = await findAll(tree, ["yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"]);
  const gaps = [...other.map((path) => `${path}: It is not npm's, and this gate reads npm's lock files only.`), ...(await uncovered(tree, config, npm, other))];
  const files: NpmLockFile[] = [];
  for (const path of npm) {
    const [text, manifest] = [await tree.read(path), await tree.read(posix.join(posix.dirname(path), "package.json"))];
    try {
      const lock = parseNpmLock(text ?? "", manifest);
      await requireSameWorkspaces(tree, posix.dirname(path), lock);
      files.push({ path, text: text ?? "", manifest: manifest ?? "", lock });
    } catch (error) {
      if (!(error instanceof UnreadableReportError)) throw error;
      gaps.push(`${path}: ${error.message}`);
    }
  }
  return { files, gaps };
}

/** Throws UnreadableReportError when a workspace asks for something else than the lock file knows. */
async function requireSameWorkspaces(tree: SourceTree, home: string, lock: NpmLock): Promise<void> {
  for (const folder of foldersOf(lock).filter((name) => name !== "" && !name.startsWith(".."))) {
    const manifest = await tree.read(posix.join(home, folder, "package.json"));
    if (manifest !== undefined) requireSameDependencies(lock.packages.get(folder), manifest, `package.json of its workspace ${folder}`);
  }
}

async function findAll(tree: SourceTree, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map(async (name) => tree.find(name)));
  // Those of packages that somebody has committed are the packages' own affair.
  return found.flat().filter((path) => !/(^|\/)node_modules\//.test(path)).toSorted();
}

/** Folders that are built and ask for packages, without a lock file of their own or of a workspace around them. */
async function uncovered(tree: SourceTree, config: Config, npm: readonly string[], other: readonly string[]): Promise<string[]> {
  const folders = [...Object.values(config.services), ...(config.infrastructure === undefined ? [] : [config.infrastructure])].map(({ path }) => path);
  const gaps: string[] = [];
  for (const folder of new Set(folders)) {
    const manifest = posix.join(folder, "package.json");
    const text = await tree.read(manifest);
    if (text === undefined || !hasDependencies(text) || other.some((lock) => isAbove(lock, folder))) continue;
    const covered = await Promise.all(npm.filter((lock) => isAbove(lock, folder)).map(async (lock) => covers(tree, lock, folder)));
    if (!covered.includes(true)) gaps.push(`${manifest}: No lock file covers it, so nobody knows which versions it gets. Make one with: npm install --package-lock-only`);
  }
  return gaps;
}

function isAbove(lock: string, folder: string): boolean {
  const home = posix.dirname(lock);
  return home === "." || home === folder || folder.startsWith(`${home}/`);
}

async function covers(tree: SourceTree, lock: string, folder: string): Promise<boolean> {
  const home = posix.dirname(lock);
  return home === folder || coversFolder((await tree.read(lock)) ?? "", posix.relative(home, folder));
}

function hasDependencies(manifest: string): boolean {
  try {
    const json = JSON.parse(manifest) as Readonly<Record<string, unknown>> | null;
    return ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"].some((kind) => Object.keys(json?.[kind] ?? {}).length > 0);
  } catch {
    return true;
  }
}
