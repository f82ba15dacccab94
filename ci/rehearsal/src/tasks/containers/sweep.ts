import type { ContainerProgram } from "./container-program.ts";
import { isAlive, ownerLabel, rehearsalLabel } from "./labels.ts";
import { sweepFolders } from "./own-folder.ts";

interface Labelled {
  readonly kind: "pod" | "container";
  readonly id: string;
  readonly owner: string;
}

/** Removes all of one rehearsal: of this process, and of earlier ones that were killed. */
export async function removeAllOf(program: ContainerProgram, rehearsalId: string): Promise<void> {
  await remove(program, await find(program, `${rehearsalLabel}=${rehearsalId}`));
}

/** Removes what processes left that were killed; what belongs to a living one is spared. */
export async function sweepAbandoned(program: ContainerProgram): Promise<void> {
  const found = await find(program, ownerLabel);
  await remove(program, found.filter(({ owner }) => !isAlive(owner)));
  sweepFolders();
}

async function find(program: ContainerProgram, label: string): Promise<Labelled[]> {
  // Newest first: with Docker the first container of a task has the network that the others use.
  const containers = list(program, "container", ["ps", "--all", "--no-trunc", "--filter", `label=${label}`, "--format", `{{.ID}} {{${program.name === "podman" ? `index .Labels "${ownerLabel}"` : `.Label "${ownerLabel}"`}}}`]);
  const pods = program.name === "podman" ? list(program, "pod", ["pod", "ps", "--no-trunc", "--filter", `label=${label}`, "--format", `{{.ID}} {{index .Labels "${ownerLabel}"}}`]) : Promise.resolve([]);
  return [...(await pods), ...(await containers)];
}

async function list(program: ContainerProgram, kind: Labelled["kind"], args: readonly string[]): Promise<Labelled[]> {
  const { exitCode, stdout, stderr } = await program.run(args);
  if (exitCode !== 0) throw new Error(`${program.name} does not say which containers it has: ${stderr.trim()}`);
  return stdout
    .split("\n")
    .map((line) => line.trim().split(" "))
    .flatMap(([id = "", owner = ""]) => (id === "" ? [] : [{ kind, id, owner }]));
}

async function remove(program: ContainerProgram, found: readonly Labelled[]): Promise<void> {
  const pods = found.filter(({ kind }) => kind === "pod").map(({ id }) => id);
  const containers = found.filter(({ kind }) => kind === "container").map(({ id }) => id);
  if (pods.length > 0) await program.run(["pod", "rm", "--force", "--time", "0", ...pods]);
  if (containers.length > 0) await program.run(["rm", "--force", ...(program.name === "podman" ? ["--time", "0", "--ignore"] : []), "--volumes", ...containers]);
}
