import { join } from "node:path";

/** Where this project keeps what can be made again, for this user. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const base = env["XDG_CACHE_HOME"] || join(env["HOME"] || "/tmp", ".cache");
  return join(base, "gitops");
}
