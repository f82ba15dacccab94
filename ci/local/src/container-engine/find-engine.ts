import { askDocker, askPodman, type Answer } from "./ask-engine.ts";
import type { ContainerProgram } from "./container-cli.ts";
import type { ContainerEngine } from "./engine.ts";
import { installPodman, noEngine, type InstallOptions } from "./install-podman.ts";

export interface FindEngineOptions extends InstallOptions {
  /** Takes this one and no other. */
  readonly wanted?: ContainerProgram | undefined;
  /** How long a daemon may take to answer. */
  readonly daemonTimeoutMs?: number;
}

/**
 * The container engine of this machine: Docker if its daemon answers, else
 * Podman, else Podman newly installed where that is possible and allowed.
 */
export async function findContainerEngine(options: FindEngineOptions): Promise<ContainerEngine> {
  const { wanted } = options;
  const reasons: string[] = [];

  if (wanted !== "podman") {
    const docker = await askDocker(options);
    if ("engine" in docker) return docker.engine;
    reasons.push(docker.why);
    if (wanted === "docker") throw wantedIsAbsent("Docker", docker.why);
  }

  const podman = await askPodman(options);
  if ("engine" in podman) return podman.engine;
  reasons.push(podman.why);

  await installPodman(reasons.join(" "), options);
  return afterInstallation(await askPodman(options));
}

function wantedIsAbsent(name: string, why: string): Error {
  return noEngine(
    `${name} was asked for. ${why}`,
    `Start ${name}, or leave the choice to this program, which takes Docker or Podman, whichever answers.`,
  );
}

function afterInstallation(podman: Answer): ContainerEngine {
  if ("engine" in podman) return podman.engine;
  throw noEngine(
    `Podman was installed, but: ${podman.why}`,
    "Try `podman info` by hand; its message says what this machine lacks.",
  );
}
