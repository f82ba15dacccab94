import type { GitLog } from "../git-log.ts";
import type { ReleaseSettings } from "../release-settings.ts";

/**
 * A database outside of the task does not go back with a rollback: whoever goes
 * back to before some migrations has to know. Told by Git, from the files in the
 * migrations' folder; a database in the task begins anew, and none is said of it.
 */
export const schemaWarnings =
  ({ git, settings: { database, migrations } }: { readonly git: Pick<GitLog, "filesAdded">; readonly settings: Pick<ReleaseSettings, "database" | "migrations"> }) =>
  async (to: string, runs: string | undefined): Promise<readonly string[]> => {
    if (database === "sidecar" || migrations === undefined) return [];
    const added = runs === undefined || to === "" ? undefined : await git.filesAdded(to, runs, migrations);
    if (added === undefined) return ["Nobody knows here whether the database's schema is newer than the version that is gone back to: Git does not have both commits."];
    if (added === 0) return [];
    return [`The database does not go back with it: ${String(added)} ${added === 1 ? "file was" : "files were"} added to ${migrations} since ${to.slice(0, 7)}, which has to work with the newer schema.`];
  };
