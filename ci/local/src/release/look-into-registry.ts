import type { RegisteredImages } from "../../../../dagger/src/images/adopting-engine.ts";
import { registeredImages } from "../../../../dagger/src/release/push/registered-images.ts";
import type { RepositoryState } from "../../../../dagger/src/repository.ts";
import { runningRehearsal, usualState } from "../rehearsal/attach-rehearsal.ts";
import type { Run } from "../run-gates.ts";
import { openTarget } from "./open-target.ts";

/**
 * What the registry has of this commit already, while the gates begin: that is
 * what they judge. A rehearsal that does not run yet is not started for it.
 */
export async function lookIntoRegistry({ args, config, here, root }: Run, repository: RepositoryState, note: (text: string) => void): Promise<RegisteredImages> {
  const settings = config.release;
  if (settings === undefined || repository.dirty) return new Map();
  try {
    if (args.target === "rehearsal" && (await runningRehearsal(args.rehearsal ?? usualState(here.env))) === undefined) return new Map();
    const { clients } = await openTarget({ ...args, settings, infrastructure: config.infrastructure, root, env: here.env, engine: async () => Promise.reject(new Error("not asked")), starts: false, notify: () => undefined });
    try {
      return await registeredImages({ config, settings, repository, clients, note });
    } finally {
      clients.close();
    }
  } catch {
    // Whatever it is, it stops no gate, and the release that follows says it.
    return new Map();
  }
}
