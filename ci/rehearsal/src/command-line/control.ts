import { RehearsalError } from "../rehearsal-error.ts";
import { findRunning } from "./running.ts";
import { notRunning } from "./stop.ts";

/** The address of the one that runs. Throws RehearsalError NOT_RUNNING, SILENT. */
export async function runningUrl(state: string): Promise<string> {
  const running = await findRunning(state);
  if (running === undefined) throw notRunning(state);
  return running.url;
}

/** Asks below `/_rehearsal/`. Throws RehearsalError with what it says when it refuses. */
export async function ask(url: string, path: string, init: { readonly method?: string; readonly body?: string } = {}): Promise<unknown> {
  const response = await fetch(`${url}/_rehearsal/${path}`, init);
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const error = typeof answer === "object" && answer !== null && "error" in answer ? String(answer.error) : `It answered ${String(response.status)}.`;
  throw new RehearsalError("BAD_ARGUMENTS", error, "Nothing was changed.");
}
