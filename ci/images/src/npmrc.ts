import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findOnPath } from "../../local/src/container-engine/find-on-path.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a container sees the file of certificate authorities. */
export const CA_FILE_IN_CONTAINERS = "/run/secrets/ca";

/**
 * Settings that decide from where packages come and as whom: all others are this
 * machine's own affair. Client certificates are files, which we do not carry.
 */
const WANTED = /^(registry|@[^:]+:registry|\/\/.+:(_authToken|_auth|username|_password|always-auth)|_authToken|_auth|proxy|https-proxy|noproxy|strict-ssl|replace-registry-host)$/;

/** The text of an npmrc for containers: the machine's, the user's, the project's, the environment's. */
export async function npmrcForContainers(env: Environment, projectFolder: string, hasCaFile: boolean): Promise<string> {
  const settings = new Map<string, string>();
  for (const file of [await globalNpmrc(env), userNpmrc(env), join(projectFolder, ".npmrc")]) {
    for (const [key, value] of parseNpmrc(await readFile(file, "utf8").catch(() => ""), env)) settings.set(key, value);
  }
  for (const [name, value] of Object.entries(env)) {
    const key = /^npm_config_(.+)$/i.exec(name)?.[1]?.replaceAll("_", "-").toLowerCase();
    if (key !== undefined && value) settings.set(key, value);
  }
  const lines = [...settings].filter(([key]) => WANTED.test(key)).map(([key, value]) => `${key}=${value}`);
  // npm takes a cafile that is not there for none: it may be mounted elsewhere.
  if (hasCaFile) lines.push(`cafile=${CA_FILE_IN_CONTAINERS}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** "key = value" lines; `${NAME}` means a variable, which a container does not have. */
export function parseNpmrc(text: string, env: Environment): [string, string][] {
  return text
    .split("\n")
    .map((line) => /^\s*([^=;#\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map(([, key = "", value = ""]) => [key, unquoted(value).replace(/\$\{([^}]+)\}/g, (whole, name: string) => env[name] ?? whole)]);
}

function unquoted(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1] ?? value;
}

function userNpmrc(env: Environment): string {
  return env["npm_config_userconfig"] ?? env["NPM_CONFIG_USERCONFIG"] ?? join(env["HOME"] ?? "/", ".npmrc");
}

/** npm says so itself to its scripts; else it is beside the npm that PATH finds. */
async function globalNpmrc(env: Environment): Promise<string> {
  const told = env["npm_config_globalconfig"] ?? env["NPM_CONFIG_GLOBALCONFIG"];
  if (told !== undefined) return told;
  const npm = await findOnPath("npm", env);
  return npm === undefined ? "" : join(dirname(dirname(npm)), "etc", "npmrc");
}
