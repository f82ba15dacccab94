import { randomUUID } from "node:crypto";
import { access, constants, mkdir, rename } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Parts } from "../parts.ts";
import { network } from "../network/network.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { findImage, imageArchive } from "../services/ecr/images.ts";
import { ContainerTaskProvider, type ProgramChoice } from "../tasks/container-task-provider.ts";

export type EngineName = "podman" | "docker";

/** The program that was named, or the first that is on the path. Throws RehearsalError NO_ENGINE. */
export async function chooseEngine(asked: EngineName | undefined, env: NodeJS.ProcessEnv): Promise<ProgramChoice> {
  for (const program of asked === undefined ? (["podman", "docker"] as const) : [asked]) if (await isOnPath(program, env)) return { program, env };
  throw new RehearsalError("NO_ENGINE", `There is no ${asked ?? "podman and no docker"} on PATH, and tasks are containers. Nothing was started.`, "Install one of them; `npm run pipeline` does so on Debian.");
}

async function isOnPath(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const found = await Promise.all((env["PATH"] ?? "").split(delimiter).map(async (folder) => access(join(folder, program), constants.X_OK).then(() => true, () => false)));
  return found.includes(true);
}

/** An image of the rehearsal's registry as a file, made once for each digest. */
async function archiveOf(image: string, parts: Parts, folder: string): Promise<string | undefined> {
  const found = findImage(parts, image);
  if (found === undefined) return undefined;
  const path = join(folder, `${found.digest.replace(":", "-")}.tar`);
  if (await access(path).then(() => true, () => false)) return path;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const part = `${path}.${parts.ids.hex(8)}.part`;
  await imageArchive(parts, image, part);
  await rename(part, path);
  return path;
}

/** Tasks of this rehearsal as real containers, after those that a killed one has left are gone. */
export async function containerTasks(choice: ProgramChoice, archives: string): Promise<(parts: Parts) => ContainerTaskProvider> {
  await ContainerTaskProvider.sweep(choice);
  return (parts) =>
    new ContainerTaskProvider({
      ...choice,
      rehearsalId: randomUUID(),
      ownerPid: process.pid,
      network: parts.get(network),
      clock: parts.clock,
      archiveOf: async (image) => archiveOf(image, parts, archives),
      onDefect: (error) => { parts.timeline.add("rehearsal", "defect", { stack: error instanceof Error ? (error.stack ?? error.message) : String(error) }); },
      onNotice: (text) => { parts.timeline.add("tasks", "notice", { text }); },
    });
}
