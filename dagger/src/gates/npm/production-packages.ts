import { UnreadableReportError } from "../gate.ts";
import { nameAt, readNpmLock } from "./lock.ts";

export interface NamedPackage {
  readonly name: string;
  /** Absent where the lock file has none. */
  readonly version?: string;
}

export interface ProductionPackages {
  /** The service itself, which the lock file names too. */
  readonly own: NamedPackage | undefined;
  /** What an image of the service needs: sorted, each once. */
  readonly production: readonly NamedPackage[];
}

/** What the lock file at `path` wants in production. Throws UnreadableReportError. */
export function productionPackages(path: string, text: string): ProductionPackages {
  const lock = readNamed(path, text);
  const production = new Map<string, NamedPackage>();
  for (const location of lock.installed) {
    const entry = lock.packages.get(location);
    if (entry === undefined || entry.dev || entry.devOptional || entry.optional) continue;
    const named = toPackage(nameAt(lock, location), entry.version);
    production.set(packageKey(named), named);
  }
  const root = lock.packages.get("");
  return {
    own: root?.name === undefined ? undefined : toPackage(root.name, root.version),
    production: [...production.values()].toSorted((one, other) => packageKey(one).localeCompare(packageKey(other), "en")),
  };
}

function readNamed(path: string, text: string): ReturnType<typeof readNpmLock> {
  try {
    return readNpmLock(text);
  } catch (error) {
    throw error instanceof UnreadableReportError ? new UnreadableReportError(`${path}: ${error.message}`, text) : error;
  }
}

const toPackage = (name: string, version: string | undefined): NamedPackage => ({ name, ...(version === undefined ? {} : { version }) });

export const packageKey = ({ name, version }: NamedPackage): string => (version === undefined ? name : `${name}@${version}`);
