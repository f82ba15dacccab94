import type { ContainerCli } from "../container-engine/container-cli.ts";
import { isAlive, ownerInName, ownerTag } from "../run/owner.ts";

/** A container's name tells whose it is, so that what a killed run left can be swept. */

const prefix = "gitops-";

export function containerName(id: string): string {
  return `${prefix}${ownerTag()}-${id}`;
}

const keptPrefix = `${prefix}kept-`;

/** A service that goes on after its run: named by what it is, not by whose it is. */
export function keptContainerName(service: string, hash: string): string {
  return `${keptPrefix}${service}-${hash.slice(0, 12)}`;
}

export const isKeptContainer = (name: string, service: string): boolean => name.startsWith(`${keptPrefix}${service}-`) && /^[0-9a-f]{12}$/.test(name.slice(keptPrefix.length + service.length + 1));

/**
 * At once: Podman would first give a container ten seconds that a shell as its
 * first process never uses; Docker gives none. And once more where that failed:
 * Podman keeps one whose network others use until those are gone, and has to
 * find out first that one whose monitor was killed has ended.
 */
export async function removeContainers(cli: ContainerCli, names: readonly string[]): Promise<void> {
  const remove = async (): Promise<number> => (await cli.run(["rm", "--force", ...(cli.program === "podman" ? ["--time", "0"] : []), "--volumes", ...names], { accept: "any" })).exitCode;
  if ((await remove()) !== 0) await remove();
}

/** Removes the containers of runs on this machine that are certainly gone. Returns how many. */
export async function sweepContainers(cli: ContainerCli): Promise<number> {
  const { stdout } = await cli.run(["ps", "--all", "--filter", `name=^${prefix}`, "--format", "{{.Names}}"]);
  const abandoned = stdout.split("\n").filter((name) => {
    const owner = ownerInName(name, prefix);
    return owner !== undefined && !isAlive(owner);
  });
  if (abandoned.length > 0) await removeContainers(cli, abandoned);
  await removeEndedServices(cli);
  return abandoned.length;
}

/** Kept services end by themselves when nobody has used them for a while. */
async function removeEndedServices(cli: ContainerCli): Promise<void> {
  const { stdout } = await cli.run(["ps", "--all", "--filter", `name=^${keptPrefix}`, "--filter", "status=exited", "--format", "{{.Names}}"]);
  const ended = stdout.split("\n").filter((name) => name.startsWith(keptPrefix));
  if (ended.length > 0) await removeContainers(cli, ended);
}
