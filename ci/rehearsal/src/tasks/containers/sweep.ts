import { isAbandoned } from "./abandoned.ts";
import type { ContainerProgram } from "./container-program.ts";
import { waysOf, type Kind } from "./engine-ways.ts";
import { ownerLabel, rehearsalLabel } from "./labels.ts";
import { sweepFolders } from "./own-folder.ts";
import { sight } from "./owner.ts";
import { reasonOf } from "./start-failed.ts";

interface Thing {
  readonly kind: Kind;
  readonly id: string;
  /** Of a container; "-" for what has none. */
  readonly state: string;
  readonly rehearsalId: string;
  readonly owner: string;
}

/** Removes all of one rehearsal: of this process, and of earlier ones that were killed. */
export async function removeAllOf(program: ContainerProgram, rehearsalId: string): Promise<void> {
  await remove(program, await find(program, `${rehearsalLabel}=${rehearsalId}`));
}

/** Removes what processes left that were killed; what belongs to a living one is spared. */
export async function sweepAbandoned(program: ContainerProgram, rehearsalId: string): Promise<void> {
  const byOwner = Map.groupBy(await find(program, ownerLabel), ({ owner }) => owner);
  const abandoned = [...byOwner].filter(([owner, things]) =>
    isAbandoned({ sighting: sight(owner), isOfSameState: things.every((thing) => thing.rehearsalId === rehearsalId), containerStates: things.filter(({ kind }) => kind.name === "container").map(({ state }) => state) }),
  );
  await remove(program, abandoned.flatMap(([, things]) => things));
  sweepFolders();
}

async function find(program: ContainerProgram, label: string): Promise<Thing[]> {
  const { kinds, labelFormat } = waysOf(program.name);
  const lists = kinds.map(async (kind): Promise<Thing[]> => {
    const { exitCode, stdout, stderr } = await program.run([...kind.list, "--filter", `label=${label}`, "--format", [kind.id, kind.state, labelFormat(rehearsalLabel), labelFormat(ownerLabel)].join(" ")]);
    if (exitCode !== 0) throw new Error(`${program.name} does not say which ${kind.name}s it has: ${reasonOf(stderr)}`);
    return stdout
      .split("\n")
      .map((line) => line.trim().split(" "))
      .flatMap(([id = "", state = "", rehearsalId = "", owner = ""]) => (id === "" ? [] : [{ kind, id, state, rehearsalId, owner }]));
  });
  return (await Promise.all(lists)).flat();
}

async function remove(program: ContainerProgram, things: readonly Thing[]): Promise<void> {
  for (const kind of waysOf(program.name).kinds) {
    const ids = things.filter((thing) => thing.kind === kind).map(({ id }) => id);
    if (ids.length > 0) await program.run([...kind.remove, ...ids]);
  }
}
