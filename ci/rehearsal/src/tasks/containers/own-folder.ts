import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sight } from "./owner.ts";

const prefix = "gitops-rehearsal-tasks-";

export interface OwnFolder {
  readonly path: string;
  /** What containers have as /etc/hosts: nothing but localhost, as in a task with awsvpc. */
  readonly hosts: string;
  readonly remove: () => void;
}

export function makeOwnFolder(owner: string): OwnFolder {
  const path = mkdtempSync(join(tmpdir(), `${prefix}${owner}-`));
  const hosts = join(path, "hosts");
  // Readable for any user: containers need not run as ours. The folder itself is private.
  writeFileSync(hosts, "127.0.0.1 localhost\n", { mode: 0o644 });
  return {
    path,
    hosts,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Those of processes that were killed. */
export function sweepFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(prefix) ? /^[0-9a-f]+-\d+-\d+/.exec(name.slice(prefix.length))?.[0] : undefined;
    if (owner !== undefined && sight(owner) === "gone") rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
