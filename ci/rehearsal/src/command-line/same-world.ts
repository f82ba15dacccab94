import { RehearsalError } from "../rehearsal-error.ts";
import { worldDifference } from "./differences.ts";
import { keptSettings, type RunSettings } from "./run-settings.ts";

/** In what the world that is asked for is another one than is saved there. */
export async function savedDifference(folder: string, asked: RunSettings): Promise<string | undefined> {
  const kept = await keptSettings(folder);
  return kept === undefined ? undefined : worldDifference(asked, kept)[0];
}

/** A world that is saved is taken up as it is. Throws RehearsalError when another is asked for. */
export async function requireSameWorld(folder: string, asked: RunSettings): Promise<void> {
  const difference = await savedDifference(folder, asked);
  if (difference !== undefined) throw new RehearsalError("OTHER_WORLD", `What is saved in ${folder} goes on where it was, and ${difference}. Nothing was started.`, "Start with --fresh to forget it and make the world anew, name another --state, or leave --world out: npm run rehearsal -- start --fresh --world <path>");
}
