import type { Have } from "./have.ts";
import { ReleaseError } from "./release-error.ts";

/** What could not be read is not known to be absent: whoever decides by it has to refuse. Throws ReleaseError that names what is missing; `state` is a whole sentence. */
export function refuseUnread({ caller, unread }: Have, parts: readonly string[], state: string): void {
  const missing = unread.filter(({ part }) => parts.includes(part));
  if (missing.length === 0) return;
  const names = [...new Set(missing.map(({ part }) => part))].join(", ");
  const actions = [...new Set(missing.flatMap(({ action }) => action ?? []))];
  const failed = missing.find(({ action }) => action === undefined);
  if (failed !== undefined) throw new ReleaseError("AWS_FAILED", `${names} could not be read: ${failed.why} ${state}`, `Run the same command again; if it stays so, look at AWS's health page.${actions.length === 0 ? "" : ` Allow ${actions.join(", ")}, too.`}`);
  throw new ReleaseError("ACCESS_DENIED", `${names} could not be read: ${caller} may not do ${actions.join(", ")}. ${state}`, `Allow ${actions.length === 1 ? "it" : "them"} in the role's policy; docs/permissions.md has the whole policy that a release needs.`);
}
