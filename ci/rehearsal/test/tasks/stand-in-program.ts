import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";

/**
 * A PATH on which a program of that name does what the lines of shell say before
 * the real one gets its arguments: an engine of another machine.
 */
export async function pathWith(programs: Readonly<Record<string, string>>, { alone = false } = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-path-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  for (const [name, lines] of Object.entries(programs)) {
    const { stdout: real } = await execa("sh", ["-c", `command -v ${name} || true`]);
    await writeFile(join(folder, name), `#!/bin/sh\n${lines}\n${real === "" ? "exit 1" : `exec ${real} "$@"`}\n`);
    await chmod(join(folder, name), 0o755);
  }
  if (!alone) return [folder, process.env["PATH"]].join(delimiter);
  await symlink("/bin/sh", join(folder, "sh"));
  return folder;
}

/** Refuses every command that has the argument, in the engine's words. */
export const refusing = (argument: string, words: string): string => `for each in "$@"; do if [ "$each" = "${argument}" ]; then echo '${words}' >&2; exit 125; fi; done`;
