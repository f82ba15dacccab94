import { mkdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AllowListError, allowListPath, parseAllowList, type AllowList } from "../../../../dagger/src/gates/allow-list.ts";
import { CliError } from "../cli-error.ts";

/** The file at the repository's root. Throws CliError BAD_CONFIG where it is there and cannot be used. */
export async function readAllowFile(root: string): Promise<AllowList> {
  const path = join(root, allowListPath);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new CliError("BAD_CONFIG", `${allowListPath} cannot be read (${message}). Nothing was changed.`, "Mend its permissions and try again.", error);
  });
  try {
    return parseAllowList(text, "nothing was changed");
  } catch (error) {
    if (!(error instanceof AllowListError)) throw error;
    throw new CliError("BAD_CONFIG", error.message, "Mend it by hand and try again.", error);
  }
}

/** Sorted by id. A reader sees the old file or the whole new one, never half. Throws CliError ALLOW_LIST_NOT_WRITABLE. */
export async function writeAllowFile(root: string, list: AllowList): Promise<void> {
  const sorted = list.toSorted((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : one.until < other.until ? -1 : 1));
  const path = join(root, allowListPath);
  try {
    await mkdir(dirname(path), { recursive: true });
    // A link stays one.
    const target = await realpath(path).catch(() => path);
    const part = `${target}.${String(process.pid)}.part`;
    try {
      await writeFile(part, `${JSON.stringify(sorted, null, 2)}\n`, { flag: "wx" });
      await rename(part, target);
    } finally {
      await rm(part, { force: true });
    }
  } catch (error) {
    throw new CliError("ALLOW_LIST_NOT_WRITABLE", `${allowListPath} cannot be written (${(error as Error).message}). It is as it was.`, "Make room, or mend its folder's permissions, and try again.", error);
  }
}
