import { mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, ownerInName, ownerTag, type Owner } from "./owner.ts";

const prefix = "gitops-run-";

/** A temporary folder of one run. What a killed run left is swept by the next one's start. */
export interface RunFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

export async function makeRunFolder(id: string, parent = tmpdir()): Promise<RunFolder> {
  await sweepRunFolders(parent);
  const path = join(parent, `${prefix}${ownerTag()}-${id}`);
  await mkdir(path, { mode: 0o700 });
  return { path, remove: async () => rm(path, { recursive: true, force: true }) };
}

/** Whose run folder a path leads into, if any's. */
export function ownerOfPath(path: string): Owner | undefined {
  return path.split("/").map((name) => ownerInName(name, prefix)).find((owner) => owner !== undefined);
}

async function sweepRunFolders(parent: string): Promise<void> {
  const abandoned = (await readdir(parent)).filter((name) => {
    const owner = ownerInName(name, prefix);
    return owner !== undefined && !isAlive(owner);
  });
  // Another user's is theirs to sweep: it cannot be removed from here and is no trouble of ours.
  await Promise.all(abandoned.map(async (name) => rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)));
}
