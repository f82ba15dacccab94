import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { containerEngine } from "./local-engine.ts";
import { until } from "./until.ts";

/** What a process of ours has in the container engine and among the temporary files. */
export async function leftBy(pid: number): Promise<string[]> {
  const { cli } = await containerEngine();
  const { stdout } = await cli.run(["ps", "--all", "--format", "{{.Names}}"]);
  const names = [...stdout.split("\n"), ...(await readdir(tmpdir()))];
  return names.filter((name) => new RegExp(`^gitops-(run-)?[0-9a-f]{8}-${String(pid)}-`).test(name));
}

export const containersLeftBy = async (pid: number): Promise<string[]> => (await leftBy(pid)).filter((name) => !name.startsWith("gitops-run-"));

/** Images whose name begins so, Podman's own prefix aside. */
export async function imagesNamed(beginning: string): Promise<string[]> {
  return (await allImages(beginning)).map(short);
}

/** Removes a test's images, by name. */
export async function removeImages(beginning: string): Promise<void> {
  const { cli } = await containerEngine();
  const names = await allImages(beginning);
  if (names.length > 0) await cli.run(["image", "rm", "--force", ...names], { accept: "any" });
}

async function allImages(beginning: string): Promise<string[]> {
  const { cli } = await containerEngine();
  // Of these alone: Podman reads every image that it lists, seconds where there are hundreds.
  const filters = [beginning, `localhost/${beginning}`].flatMap((start) => ["--filter", `reference=${start}*`]);
  // Podman gives up when an image goes while it lists them: another test's clean-up, for instance.
  const list = async (): Promise<string | undefined> => cli.run(["images", ...filters, "--format", "{{.Repository}}:{{.Tag}}"]).then(({ stdout: names }) => names, () => undefined);
  const stdout = await until("the images can be listed", list);
  return stdout.split("\n").filter((name) => short(name).startsWith(beginning));
}

const short = (name: string): string => name.replace(/^localhost\//, "");
