import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { secretIds, type HostSettings } from "../../../images/src/host-settings.ts";

/**
 * How this machine's way to the package registries (authorities, proxies,
 * registry settings) reaches builds and tools: as files and variables of one
 * run, never in an image, on a command line or in a cache key.
 */

const caPath = "/.step/ca.pem";
const npmrcPath = "/.step/npmrc";

/** For a tool's container that uses the network. */
export function toolAccess(host: HostSettings): { env: Record<string, string>; files: Map<string, string> } {
  const env: Record<string, string> = { ...host.proxyEnv };
  const files = new Map<string, string>();
  if (host.caFile !== undefined) {
    files.set(caPath, readFileSync(host.caFile, "utf8"));
    for (const name of ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"]) env[name] = caPath;
  }
  if (host.npmrc !== "") {
    files.set(npmrcPath, host.npmrc);
    env["NPM_CONFIG_USERCONFIG"] = npmrcPath;
  }
  return { env, files };
}

/** For a build: arguments of `build`, and the environment that they refer to. */
export async function buildAccess(host: HostSettings, folder: string): Promise<{ args: string[]; env: Record<string, string> }> {
  const args: string[] = [];
  if (host.caFile !== undefined) args.push("--secret", `id=${secretIds.ca},src=${host.caFile}`);
  if (host.npmrc !== "") {
    const path = join(folder, "npmrc");
    await writeFile(path, host.npmrc, { mode: 0o600 });
    args.push("--secret", `id=${secretIds.npmrc},src=${path}`);
  }
  // Named only: the value is taken from the environment, which `ps` does not show.
  args.push(...Object.keys(host.proxyEnv).flatMap((name) => ["--build-arg", name]));
  return { args, env: { ...host.proxyEnv } };
}
