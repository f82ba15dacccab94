import { createHash } from "node:crypto";
import { access, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";
import { readMachineFacts, type MachineFacts } from "./machine-facts.ts";

/** Podman's own default for a container, as root; its processes: at most this. */
const PODMAN_LIMIT = 1_048_576;

export interface PodmanConfiguration {
  /** Content of a containers.conf; empty when Podman's own defaults work. */
  readonly content: string;
  /** Why, one sentence for each setting. */
  readonly reasons: readonly string[];
}

/**
 * Decides what Podman cannot know by itself on this machine:
 * - crun refuses hybrid cgroups (v1 with v2 mounted beside it), runc takes them;
 * - root without CAP_SYS_RESOURCE (a container, a sandbox) may not raise limits,
 *   and Podman's defaults would: "setrlimit … operation not permitted".
 *   So containers get this process's own hard limits. Podman's `--ulimit`
 *   replaces the whole list: there too, name nofile and nproc both.
 */
export function decidePodmanConfiguration(facts: MachineFacts): PodmanConfiguration {
  const containers: string[] = [];
  const engine: string[] = [];
  const reasons: string[] = [];
  if (facts.uid === 0 && !facts.canRaiseLimits) {
    const files = smallest(facts.openFilesLimit, PODMAN_LIMIT);
    const processes = smallest(facts.processesLimit, facts.mostProcessIds, PODMAN_LIMIT);
    containers.push(`default_ulimits = ["nofile=${files}:${files}", "nproc=${processes}:${processes}"]`);
    reasons.push("this process may not raise limits (no CAP_SYS_RESOURCE)");
  }
  if (facts.uid === 0 && facts.cgroups === "hybrid" && facts.runtimes.includes("runc")) {
    engine.push('runtime = "runc"');
    reasons.push("the cgroups are hybrid, which crun refuses");
  }
  const content = [
    ...(containers.length > 0 ? ["[containers]", ...containers] : []),
    ...(engine.length > 0 ? ["[engine]", ...engine] : []),
  ];
  return { content: content.length > 0 ? `${content.join("\n")}\n` : "", reasons };
}

function smallest(...limits: readonly (number | undefined)[]): number {
  return Math.min(...limits.filter((limit) => limit !== undefined));
}

/** Files by which a user or an administrator has configured Podman already. */
const OWN_FILES = ["/etc/containers/containers.conf"];

/**
 * The variables that Podman needs on this machine, `{}` nearly everywhere.
 * A configuration of the user's own is never replaced.
 */
export async function podmanEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<Record<string, string>> {
  if (platform !== "linux" || env["CONTAINERS_CONF"] !== undefined) return {};
  const home = env["XDG_CONFIG_HOME"] ?? join(env["HOME"] ?? "/", ".config");
  for (const file of [...OWN_FILES, join(home, "containers", "containers.conf")]) {
    if (await access(file).then(() => true, () => false)) return {};
  }
  const { content } = decidePodmanConfiguration(await readMachineFacts(env));
  return content === "" ? {} : { CONTAINERS_CONF: await writeConfiguration(content, cacheFolder(env)) };
}

/** Named by its content: two processes with different limits each keep theirs. */
async function writeConfiguration(content: string, folder: string): Promise<string> {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const file = join(folder, `containers-${hash}.conf`);
  if (await access(file).then(() => true, () => false)) return file;
  await mkdir(folder, { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, file);
  return file;
}
