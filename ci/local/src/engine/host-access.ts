import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toolCaEnv, toolCaPath, toolNpmrcEnv, toolNpmrcPath } from "../../../../dagger/src/engine/tool-access.ts";
import { secretIds, type HostSettings } from "../../../images/src/host-settings.ts";

/**
 * How this machine's way to the package registries (authorities, proxies,
 * registry settings) reaches builds and tools: as files and variables of one
 * run, never in an image, on a command line or in a cache key.
 */

/** For a tool's container that uses the network. */
export function toolAccess(host: HostSettings): { env: Record<string, string>; files: Map<string, string> } {
  const env: Record<string, string> = { ...host.proxyEnv };
  const files = new Map<string, string>();
  if (host.caFile !== undefined) {
    files.set(toolCaPath, readFileSync(host.caFile, "utf8"));
    Object.assign(env, toolCaEnv);
  }
  if (host.npmrc !== "") {
    files.set(toolNpmrcPath, host.npmrc);
    Object.assign(env, toolNpmrcEnv);
  }
  return { env, files };
}

/** For a build: arguments of `build`, and the environment that they refer to. */
export async function buildAccess(host: HostSettings, folder: string): Promise<{ args: string[]; env: Record<string, string> }> {
  const args: string[] = [];
  if (host.caFile !== undefined) args.push("--secret", `id=${secretIds.ca},src=${host.caFile}`);
  for (const [id, text] of [
    [secretIds.npmrc, host.npmrc],
    [secretIds.pipConf, host.pipConf],
  ] as const) {
    if (text === "") continue;
    const path = join(folder, id);
    await writeFile(path, text, { mode: 0o600 });
    args.push("--secret", `id=${id},src=${path}`);
  }
  // Named only: the value is taken from the environment, which `ps` does not show.
  args.push(...Object.keys(host.proxyEnv).flatMap((name) => ["--build-arg", name]));
  return { args, env: { ...host.proxyEnv } };
}
