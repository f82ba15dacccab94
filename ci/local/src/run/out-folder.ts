import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CliError } from "../cli-error.ts";
import { takeLock } from "./lock-file.ts";

/**
 * The folder for reports, held by one run at a time. Opening it removes the
 * last run's report, so that a run that dies cannot be read as the last one's pass.
 */
export interface OutFolder {
  readonly path: string;
  /** Throws CliError OUT_NOT_WRITABLE. */
  write(files: ReadonlyMap<string, string>): Promise<void>;
  release(): Promise<void>;
}

const lockName = ".lock";
const verdictFile = "report.json";
/** What an earlier run left; nothing else in the folder is ever touched. */
const ours = [verdictFile, "report.md", "report.html", "results.sarif", "junit.xml", "raw", "sbom"];
/** Written before the others: it says that the rest is ours. */
const marker = "report.schema.json";
/** Reports in the working tree would make the next commit's tree another one. */
const ignoreFile = ".gitignore";

/** Throws CliError OUT_IN_USE, OUT_NOT_OURS or OUT_NOT_WRITABLE. */
export async function openOutFolder(path: string): Promise<OutFolder> {
  const lock = join(path, lockName);
  let written = false;
  let made = false;
  let held = false;
  try {
    made = (await mkdir(path, { recursive: true })) !== undefined;
    await takeLock(lock, path);
    held = true;
    await makeReady(path);
  } catch (error) {
    if (held) await rm(lock, { force: true }).catch(() => undefined);
    throw notWritable(path, error, "Nothing was started.");
  }
  return {
    path,
    write: async (files) => {
      written = true;
      try {
        // The verdict last: where it is, all that it speaks of is there too.
        const order = [...files].toSorted(([one], [other]) => rank(one) - rank(other));
        for (const [name, text] of order) await writeWhole(join(path, name), text);
      } catch (error) {
        await removeOurs(path).catch(() => undefined);
        throw notWritable(path, error, "The run came to its end, but there is no report of it; do not read this as a pass.");
      }
    },
    release: async () => {
      await rm(lock, { force: true });
      if (!made || written) return;
      await rm(join(path, ignoreFile), { force: true });
      await rmdir(path).catch(() => undefined);
    },
  };
}

async function makeReady(path: string): Promise<void> {
  const names = (await readdir(path)).filter((name) => !name.startsWith(lockName));
  if (names.length === 0) {
    await writeFile(join(path, ignoreFile), "# Reports of the release pipeline.\n*\n");
  } else if (!names.includes(marker) && !(await ignoresItself(path)) && names.some((name) => ours.includes(name))) {
    const theirs = names.filter((name) => ours.includes(name)).toSorted().join(", ");
    throw new CliError("OUT_NOT_OURS", `${path} holds ${theirs}, which this program did not write, and a run would replace. Nothing was started.`, "Name another folder with --out.");
  }
  await removeOurs(path);
}

async function removeOurs(path: string): Promise<void> {
  await Promise.all(ours.map(async (name) => rm(join(path, name), { recursive: true, force: true })));
}

const ignoresItself = async (path: string): Promise<boolean> => (await readFile(join(path, ignoreFile), "utf8").catch(() => "")).startsWith("# Reports of the release pipeline.");

const rank = (name: string): number => (name === marker ? 0 : name === verdictFile ? 2 : 1);

/** A reader sees the old file or the whole new one, never half. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  try {
    await writeFile(part, text);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

function notWritable(path: string, error: unknown, state: string): CliError {
  if (error instanceof CliError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const why =
    code === "ENOSPC" || code === "EDQUOT" ? "the disk is full"
    : code === "EACCES" || code === "EPERM" || code === "EROFS" ? "it may not be written to"
    : code === "EEXIST" || code === "ENOTDIR" ? "there is a file of that name"
    : message;
  return new CliError("OUT_NOT_WRITABLE", `The report cannot be written to ${path}: ${why}. ${state}`, code === "ENOSPC" ? "Make room, or name another folder with --out." : "Name another folder with --out.", error);
}
