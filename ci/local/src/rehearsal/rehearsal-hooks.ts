import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { hookCommands, hooksDiffer } from "../../../../dagger/src/rehearsal/hook-commands.ts";
import type { ReleaseSettings } from "../../../../dagger/src/release/release-settings.ts";
import { CliError } from "../cli-error.ts";

interface Hooked {
  /** The repository's root. */
  readonly root: string;
  readonly settings: ReleaseSettings;
}

const hooksOf = ({ root, settings }: Hooked): Readonly<Record<string, string>> => hookCommands(settings, { root, node: process.execPath });

/** What a rehearsal is started with, so that the hooks of a release have something to run. Throws ReleaseError. */
export const hookArguments = (hooked: Hooked): string[] => Object.entries(hooksOf(hooked)).flatMap(([name, command]) => ["--hook", `${name}=${command}`]);

/** Of a file that is broken nobody knows what runs: nothing that is needed. */
function hooksIn(written: string): Readonly<Record<string, string>> {
  try {
    return ranWithSchema.parse(JSON.parse(written)).hooks;
  } catch {
    return {};
  }
}

const ranWithSchema = z.object({ hooks: z.record(z.string(), z.string()) });

/** Of one that runs already; one that does not say what it has may have what is needed. Throws CliError. */
export async function requireHooks(state: string, hooked: Hooked): Promise<void> {
  const written = await readFile(join(state, "settings.json"), "utf8").catch(() => undefined);
  if (written === undefined) return;
  const why = hooksDiffer(hooksOf(hooked), hooksIn(written));
  if (why !== undefined) throw new CliError("NO_REHEARSAL", `The rehearsal with the state in ${state} ${why}. Nothing was released.`, "Stop it (npm run rehearsal -- stop) and run again: it keeps what it has.");
}
