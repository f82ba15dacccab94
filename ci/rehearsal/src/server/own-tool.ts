import { operatorKey } from "../iam/access-keys.ts";
import type { Caller } from "../iam/caller.ts";

/** What the rehearsal's own command line calls itself. */
export const ownTool = "rehearsal-command-line";

/** Whoever injects faults has to see what comes of them: the calls of `status` and `load` are not struck. */
export const isOwnTool = (headers: Readonly<Record<string, string | undefined>>, { accessKeyId }: Caller): boolean =>
  accessKeyId === operatorKey.accessKeyId && (headers["user-agent"] ?? "").split(/[\s/]/).includes(ownTool);
