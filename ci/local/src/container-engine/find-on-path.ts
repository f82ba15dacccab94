import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The full path of a command, or undefined: `which` without a process. */
export async function findOnPath(command: string, env: Environment): Promise<string | undefined> {
  return (await findAllOnPath(command, env))[0];
}

/** Every command of that name, in the order of PATH. */
export async function findAllOnPath(command: string, env: Environment): Promise<string[]> {
  const folders = [...new Set((env["PATH"] ?? "").split(delimiter).filter(Boolean))];
  const files = folders.map((folder) => join(folder, command));
  const executable = await Promise.all(files.map((file) => access(file, constants.X_OK).then(() => true, () => false)));
  return files.filter((_, index) => executable[index]);
}
