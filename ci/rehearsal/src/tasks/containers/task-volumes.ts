import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ContainerSpec, TaskSpec } from "../task-provider.ts";
import type { ContainerProgram } from "./container-program.ts";
import { reasonOf, StartFailed } from "./start-failed.ts";

export interface VolumeParts {
  readonly program: ContainerProgram;
  readonly task: TaskSpec;
  readonly labels: readonly string[];
  /** Of a volume with that name in the task definition. */
  readonly nameOf: (volume: string) => string;
  /** What the engine knows a container's image by. */
  readonly imageOf: (container: string) => string;
}

/** Arguments by which a container gets its mounts. */
export type MountArguments = (container: ContainerSpec) => readonly string[];

const declaredSchema = z.record(z.string(), z.unknown()).nullable().catch(null);

/**
 * The scratch volumes of a task. On Fargate one begins as what the image has at
 * that path where its Dockerfile declares a VOLUME there, and otherwise as an
 * empty folder in which only root may write: a container of another user fails
 * there, and so it does here.
 */
export async function makeVolumes({ program, task, labels, nameOf, imageOf }: VolumeParts): Promise<MountArguments> {
  const sources = new Map<string, string>();
  for (const volume of new Set(task.containers.flatMap(({ mounts = [] }) => mounts.map((mount) => mount.volume)))) {
    sources.set(volume, (await isDeclared(volume)) ? await create(nameOf(volume)) : await makeFolder(nameOf(volume)));
  }
  return ({ mounts = [] }) => mounts.flatMap(({ volume, path, readOnly }) => ["--volume", `${sources.get(volume) ?? ""}:${path}${readOnly ? ":ro" : ""}`]);

  async function isDeclared(volume: string): Promise<boolean> {
    const all = await Promise.all(task.containers.map(async ({ name, mounts = [] }) => {
      const paths = mounts.filter((mount) => mount.volume === volume).map(({ path }) => path);
      const declared = paths.length === 0 ? null : declaredSchema.parse(JSON.parse((await program.run(["image", "inspect", "--format", "{{json .Config.Volumes}}", imageOf(name)])).stdout || "null"));
      return paths.some((path) => declared !== null && path in declared);
    }));
    return all.includes(true);
  }

  async function create(name: string): Promise<string> {
    const { exitCode, stderr } = await program.run(["volume", "create", ...labels, name]);
    if (exitCode !== 0) throw new StartFailed(`CannotCreateVolumeError: ${reasonOf(stderr)}`);
    return name;
  }

  async function makeFolder(name: string): Promise<string> {
    const path = join(program.folder, name);
    await mkdir(path);
    await chmod(path, 0o755);
    return path;
  }
}
