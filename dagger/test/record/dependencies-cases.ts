import type { RegistryMood } from "../support/fake-registry.ts";

/** Trees with lock files, and a registry that is asked about them. */
interface DependenciesCase {
  readonly shows: string;
  readonly mood: RegistryMood | "is not there";
  readonly files: Readonly<Record<string, string>>;
  /** npm's configuration in the image. */
  readonly globalNpmrc?: string;
}

const manifest = (more: object): string => `${JSON.stringify({ name: "web", version: "1.0.0", ...more }, null, 2)}\n`;

/** A lock file for a manifest's dependencies. */
export function npmProject(folder: string, root: { dependencies?: object; devDependencies?: object }, packages: Readonly<Record<string, object>>): Record<string, string> {
  const lock = { name: "web", version: "1.0.0", lockfileVersion: 3, requires: true, packages: { "": { name: "web", version: "1.0.0", ...root }, ...packages } };
  return { [`${folder}/package.json`]: manifest(root), [`${folder}/package-lock.json`]: `${JSON.stringify(lock, null, 2)}\n` };
}

const clean = npmProject("web", { dependencies: { minimist: "^1.2.8" } }, { "node_modules/minimist": { version: "1.2.8" } });

/** minimist twice: directly, and deep below a development dependency. */
export const vulnerable = npmProject(
  "web",
  { dependencies: { ms: "~0.7.0", minimist: "^1.2.5" }, devDependencies: { "old-tool": "^1.0.0" } },
  {
    "node_modules/minimist": { version: "1.2.5" },
    "node_modules/mkdirp": { version: "0.5.1", dev: true, dependencies: { minimist: "0.0.8" } },
    "node_modules/mkdirp/node_modules/minimist": { version: "0.0.8", dev: true },
    "node_modules/ms": { version: "0.7.0" },
    "node_modules/old-tool": { version: "1.0.0", dev: true, dependencies: { mkdirp: "0.5.1" } },
  },
);

export const dependenciesCases: Readonly<Record<string, DependenciesCase>> = {
  clean: { shows: "a lock file without a vulnerable package", mood: "answers", files: clean },
  vulnerable: { shows: "vulnerable packages: direct ones, and one below a development dependency", mood: "answers", files: vulnerable },
  "registry-refuses": { shows: "a registry that answers 405", mood: "refuses", files: vulnerable },
  "registry-forbids": { shows: "a registry that answers 403", mood: "forbids", files: vulnerable },
  "registry-breaks": { shows: "a registry that answers 503", mood: "breaks", files: vulnerable },
  "registry-sends-a-page": { shows: "a registry that answers 200 with a page", mood: "sends a page", files: vulnerable },
  "registry-knows-nothing": { shows: "a registry that answers {} to everything", mood: "knows nothing", files: vulnerable },
  "registry-sends-a-list": { shows: "a registry that answers [] to everything", mood: "sends a list", files: vulnerable },
  "registry-is-not-there": { shows: "a registry where nobody listens", mood: "is not there", files: vulnerable },
  offline: { shows: "npm is configured with offline=true", mood: "answers", files: vulnerable, globalNpmrc: "offline=true\n" },
  "one-workspace": { shows: "npm is configured for one workspace", mood: "answers", files: vulnerable, globalNpmrc: "workspace[]=packages/a\n" },
  "configuration-lax": { shows: "npm is configured to leave out development dependencies, to take no vulnerability for grave, and not to audit", mood: "answers", files: vulnerable, globalNpmrc: "omit[]=dev\naudit-level=none\naudit=false\npackage-lock=false\n" },
};
