import type { ContainerCli } from "../container-engine/container-cli.ts";
import { isAlive, ownerInName, ownerTag } from "../run/owner.ts";

/** A container's name tells whose it is, so that what a killed run left can be swept. */

const prefix = "gitops-";

export function containerName(id: string): string {
  return `${prefix}${ownerTag()}-${id}`;
}

/** At once: Podman would first give a container ten seconds that a shell as its first process never uses; Docker gives none. */
export async function removeContainers(cli: ContainerCli, names: readonly string[]): Promise<void> {
  await cli.run(["rm", "--force", ...(cli.program === "podman" ? ["--time", "0"] : []), "--volumes", ...names], { accept: "any" });
}

/** Removes the containers of runs on this machine that are certainly gone. Returns how many. */
export async function sweepContainers(cli: ContainerCli): Promise<number> {
  const { stdout } = await cli.run(["ps", "--all", "--filter", `name=^${prefix}`, "--format", "{{.Names}}"]);
  const abandoned = stdout.split("\n").filter((name) => {
    const owner = ownerInName(name, prefix);
    return owner !== undefined && !isAlive(owner);
  });
  if (abandoned.length > 0) await removeContainers(cli, abandoned);
  // Podman keeps a container whose network others use, until those are gone.
  if (abandoned.length > 1) await removeContainers(cli, abandoned);
  return abandoned.length;
}
