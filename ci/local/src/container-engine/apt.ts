import { readdir } from "node:fs/promises";
import { execa } from "execa";
import { ContainerEngineError } from "./errors.ts";
import { findOnPath } from "./find-on-path.ts";
import { lastLines } from "./last-lines.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface AptOptions {
  readonly env: Environment;
  /** Installed too where the distribution has them. */
  readonly optional?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const STALE_LISTS = /unable to locate package|has no installation candidate|404 +not found|failed to fetch/i;

/** May this process install packages of Debian or Ubuntu? */
export async function canInstallPackages(env: Environment): Promise<boolean> {
  return process.platform === "linux" && process.getuid?.() === 0 && (await findOnPath("apt-get", env)) !== undefined;
}

/**
 * Installs Debian packages without a question. The package lists are fetched
 * only when there are none or they prove too old: that takes longer than the
 * installation itself.
 */
export async function installPackages(packages: readonly string[], options: AptOptions): Promise<void> {
  if (!(await haveLists())) await aptGet(["update"], options);
  const install = ["install", "-y", "--no-install-recommends", ...packages, ...(await existing(options))];
  const first = await aptGet(install, options, "may fail");
  if (first === undefined) return;
  if (!STALE_LISTS.test(first)) throw notInstalled(packages, first);
  await aptGet(["update"], options);
  const second = await aptGet(install, options, "may fail");
  if (second !== undefined) throw notInstalled(packages, second);
}

async function haveLists(): Promise<boolean> {
  const files = await readdir("/var/lib/apt/lists").catch(() => []);
  return files.some((name) => name.includes("Packages"));
}

async function existing({ optional = [], env }: AptOptions): Promise<string[]> {
  const shown = await Promise.all(
    optional.map((name) => execa("apt-cache", ["show", name], { reject: false, extendEnv: false, env: { ...env } })),
  );
  return optional.filter((_, index) => shown[index]?.exitCode === 0);
}

/** Returns the end of the output when it failed, undefined when it worked. */
async function aptGet(args: readonly string[], options: AptOptions, failure?: "may fail"): Promise<string | undefined> {
  const result = await execa("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=120", ...args], {
    reject: false,
    stdout: "ignore",
    stdin: "ignore",
    extendEnv: false,
    env: { ...options.env, DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1", LC_ALL: "C" },
    ...(options.signal && { cancelSignal: options.signal }),
  });
  if (!result.failed) return undefined;
  if (result.isCanceled) {
    throw new ContainerEngineError("CANCELLED", {
      happened: "The installation of packages was cancelled.",
      state: "Packages may be unpacked but not configured.",
      next: "`dpkg --configure -a` finishes them; then start again.",
      cause: options.signal?.reason,
    });
  }
  const tail = lastLines(result.stderr || (result.shortMessage ?? ""));
  if (failure === "may fail") return tail;
  throw notInstalled(["the package lists"], tail);
}

function notInstalled(packages: readonly string[], tail: string): ContainerEngineError {
  return new ContainerEngineError("ENGINE_NOT_INSTALLED", {
    happened: `apt-get could not get ${packages.join(", ")}: ${tail}`,
    state: "The machine's packages are as they were, or partly installed.",
    next: "Make the packages of the distribution reachable (mirror, proxy), then start again.",
    stderrTail: tail,
  });
}
