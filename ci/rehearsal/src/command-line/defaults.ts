import { homedir } from "node:os";
import { join } from "node:path";

/** Where the rehearsal listens unless told otherwise: always the same, so that a page and a tool find it again. */
export const defaultPort = 4610;

export function defaultState(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "gitops", "rehearsal");
}
