import { canInstallPackages, installPackages } from "./apt.ts";
import { ContainerEngineError } from "./errors.ts";

/**
 * runc, because crun refuses hybrid cgroups. Podman recommends more than rootful
 * work needs; of that only an init (for `--init`), and what its networks use:
 * iptables for published ports, slirp4netns for `--network slirp4netns`.
 */
const PACKAGES = ["podman", "runc", "catatonit", "slirp4netns", "iptables"];
/** Podman 4's networks; Podman 3 (Ubuntu 22.04) depends on what went before. */
const NETWORKS = ["netavark", "aardvark-dns"];

export type InstallPermission = "yes" | "no" | "ask";

export interface InstallOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly install: InstallPermission;
  readonly ask?: ((question: string) => Promise<boolean>) | undefined;
  readonly notify: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Installs Podman where that is possible and allowed; throws NO_ENGINE elsewhere. */
export async function installPodman(why: string, options: InstallOptions): Promise<void> {
  if (!(await canInstallPackages(options.env))) throw noEngine(why, howToInstall());
  if (!(await mayInstall(why, options))) {
    throw noEngine(why, "Install one (as root: `apt-get install podman runc`), or allow this program to do it.");
  }
  options.notify("installing Podman with apt-get (packages podman and runc), about 20 s");
  await installPackages(PACKAGES, { env: options.env, signal: options.signal, optional: NETWORKS });
  options.notify("Podman is installed");
}

async function mayInstall(why: string, options: InstallOptions): Promise<boolean> {
  if (options.install !== "ask") return options.install === "yes";
  return (await options.ask?.(`${why} Install Podman now with apt-get?`)) ?? false;
}

function howToInstall(): string {
  if (process.platform === "darwin") {
    return "Install and start Docker Desktop, or Podman (`podman machine init --now`), then start again.";
  }
  return process.getuid?.() === 0
    ? "Install Docker or Podman with the package manager of this system, then start again."
    : "Install Docker or Podman (on Debian or Ubuntu: `sudo apt-get install podman`), or start its daemon, then start again.";
}

export function noEngine(happened: string, next: string): ContainerEngineError {
  return new ContainerEngineError("NO_ENGINE", {
    happened,
    state: "Nothing was started.",
    next,
  });
}
