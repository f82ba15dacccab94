import { constants } from "node:fs";
import { copyFile, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { CliError } from "../cli-error.ts";
import { isAlive, ownerSchema, ownerTag, thisMachine, thisProcess, type Owner } from "./owner.ts";

let drafts = 0;

/** Takes a lock file, over from a dead run if need be. Throws CliError OUT_IN_USE. */
export async function takeLock(lock: string, folder: string): Promise<void> {
  const draft = `${lock}.${ownerTag()}-${String((drafts += 1))}`;
  try {
    await writeFile(draft, JSON.stringify(thisProcess()));
    if (!(await appear(draft, lock))) await takeOver(draft, lock, folder);
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Of all that find the same dead holder, one may replace its lock: who makes
 * the file that says so, and finds the lock unchanged after that.
 */
async function takeOver(draft: string, lock: string, folder: string): Promise<void> {
  const text = await textOf(lock);
  const holder = ownerIn(text);
  if (holder !== undefined && isAlive(holder)) throw inUse(holder, lock, folder);
  const right = `${lock}.after-${holder === undefined ? "unknown" : ownerTag(holder)}`;
  if (!(await appear(draft, right))) {
    const other = ownerIn(await textOf(right));
    // It died at it; the next start takes over.
    if (other === undefined || !isAlive(other)) await rm(right, { force: true });
    throw inUse(other, lock, folder);
  }
  try {
    const now = await textOf(lock);
    if (now !== undefined && now === text) await rename(draft, lock);
    else if (!(await appear(draft, lock))) throw inUse(ownerIn(now), lock, folder);
  } finally {
    await rm(right, { force: true });
  }
}

/** Whole or not at all, unlike a file that is created and then written. False when there is one already. */
async function appear(draft: string, path: string): Promise<boolean> {
  try {
    // Some shared folders have no hard links.
    await link(draft, path).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
      await copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function inUse(holder: Owner | undefined, lock: string, folder: string): CliError {
  const who =
    holder === undefined ? ""
    : holder.machine === thisMachine ? ` (process ${String(holder.pid)})`
    : ` (process ${String(holder.pid)} on another machine or in another container; if that is gone, remove ${lock})`;
  return new CliError("OUT_IN_USE", `Another run${who} is writing to ${folder}; this one changed nothing.`, "Wait for it, or give this one a folder of its own with --out.");
}

const textOf = async (path: string): Promise<string | undefined> => readFile(path, "utf8").catch(() => undefined);

function ownerIn(text: string | undefined): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}
