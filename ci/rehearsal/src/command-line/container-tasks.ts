import { randomUUID } from "node:crypto";
import { access, constants, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { network } from "../network/network.ts";
import type { Parts } from "../parts.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { findImage, imageArchive, imageIdOf } from "../services/ecr/images.ts";
import { ContainerTaskProvider } from "../tasks/container-task-provider.ts";
import { ContainerProgram, type ProgramChoice, type ProgramName } from "../tasks/containers/container-program.ts";
import { tryEngine } from "../tasks/containers/engine-trial.ts";
import type { ImageArchive } from "../tasks/containers/images.ts";
import { LoadedImages } from "../tasks/containers/loaded-images.ts";
import { sweepAbandoned } from "../tasks/containers/sweep.ts";

export type EngineName = ProgramName;

/** The program that was named, or the first on the path that starts containers. Throws RehearsalError: NO_ENGINE, or why the first that is there does not. */
export async function chooseEngine(asked: EngineName | undefined, env: NodeJS.ProcessEnv): Promise<ProgramChoice> {
  const refusals: RehearsalError[] = [];
  for (const program of asked === undefined ? (["podman", "docker"] as const) : [asked]) {
    if (!(await isOnPath(program, env))) continue;
    try {
      await tryEngine({ program, env });
      return { program, env };
    } catch (error) {
      if (!(error instanceof RehearsalError)) throw error;
      refusals.push(error);
    }
  }
  throw refusals[0] ?? new RehearsalError("NO_ENGINE", `There is no ${asked ?? "podman and no docker"} on PATH, and tasks are containers. Nothing was started.`, "Install one of them; `npm run pipeline` does so on Debian.");
}

async function isOnPath(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const found = await Promise.all((env["PATH"] ?? "").split(delimiter).map(async (folder) => access(join(folder, program), constants.X_OK).then(() => true, () => false)));
  return found.includes(true);
}

/** An image of the rehearsal's registry, to be written to a file where the engine is to load it. */
function archiveOf(image: string, parts: Parts, folder: string): ImageArchive | undefined {
  const found = findImage(parts, image);
  if (found === undefined) return undefined;
  const write = async (): Promise<string> => {
    const file = join(folder, `${parts.ids.hex(16)}.tar`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await imageArchive(parts, image, file);
    return file;
  };
  return { loadedAs: found.loadedAs, imageId: async () => imageIdOf(parts, image), write };
}

/** Kept with the state: by it a process knows the containers of those that had the state before. */
async function idOf(state: string): Promise<string> {
  const file = join(state, "containers-id");
  const kept = await readFile(file, "utf8").catch(() => "");
  if (/^[0-9a-f-]{36}$/.test(kept)) return kept;
  const id = randomUUID();
  await mkdir(state, { recursive: true, mode: 0o700 });
  await writeFile(file, id, { mode: 0o600 });
  return id;
}

export interface ContainerTasksOptions {
  /** Folder that the rehearsal has to itself. */
  readonly state: string;
  /** Nothing is taken up: what was loaded before is of no use. */
  readonly isNew: boolean;
}

/** Where images wait as files to be loaded; none is needed after that. */
export const archivesIn = (state: string): string => join(state, "archives");

/** Tasks of this rehearsal as real containers, after what a killed one has left is gone: containers, files of images, and images that nobody will use. */
export async function containerTasks(choice: ProgramChoice, { isNew, state }: ContainerTasksOptions): Promise<(parts: Parts) => ContainerTaskProvider> {
  const rehearsalId = await idOf(state);
  const archives = archivesIn(state);
  const loadedImages = join(state, "loaded-images");
  const program = new ContainerProgram(choice);
  await sweepAbandoned(program, rehearsalId);
  await rm(archives, { recursive: true, force: true });
  if (isNew) await new LoadedImages(loadedImages).removeAll(program);
  return (parts) =>
    new ContainerTaskProvider({
      ...choice,
      rehearsalId,
      ownerPid: process.pid,
      loadedImages,
      network: parts.get(network),
      clock: parts.clock,
      archiveOf: (image) => archiveOf(image, parts, archives),
      onDefect: (error) => { parts.timeline.add("rehearsal", "defect", { stack: error instanceof Error ? (error.stack ?? error.message) : String(error) }); },
      onNotice: (text) => { parts.timeline.add("tasks", "notice", { text }); },
    });
}
