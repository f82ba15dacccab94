import { RehearsalError } from "../rehearsal-error.ts";
import { keptSettings, worldDifference, type RunSettings } from "./run-settings.ts";

/** A world that is saved is taken up as it is. Throws RehearsalError when another is asked for. */
export async function requireSameWorld(folder: string, asked: RunSettings): Promise<void> {
  const kept = await keptSettings(folder);
  const [difference] = kept === undefined ? [] : worldDifference(asked, kept);
  if (difference !== undefined) throw new RehearsalError("OTHER_WORLD", `What is saved in ${folder} goes on where it was, and ${difference}. Nothing was started.`, "Start with --fresh to forget it and make the world anew, name another --state, or leave --world out: npm run rehearsal -- start --fresh --world <path>");
}
