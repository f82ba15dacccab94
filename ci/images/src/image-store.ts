import { z } from "zod";
import type { ContainerCli } from "../../local/src/container-engine/container-cli.ts";
import { isContainerEngineError } from "../../local/src/container-engine/errors.ts";

const NOT_THERE = /no such image|image not known|not found/i;

/** An image that the engine has. */
export interface StoredImage {
  /** "sha256:…": Docker writes it so, Podman without the prefix. */
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

const inspected = z.array(
  z.object({
    Id: z.string(),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).loose().nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
);

/** Looks an image up in the engine's own store: undefined = not there. */
export async function findStoredImage(cli: ContainerCli, reference: string): Promise<StoredImage | undefined> {
  const stdout = await inspect(cli, reference);
  if (stdout === undefined) return undefined;
  const [image] = inspected.parse(JSON.parse(stdout));
  if (!image) return undefined;
  return {
    id: image.Id.startsWith("sha256:") ? image.Id : `sha256:${image.Id}`,
    labels: image.Config?.Labels ?? image.Labels ?? {},
  };
}

async function inspect(cli: ContainerCli, reference: string): Promise<string | undefined> {
  try {
    return (await cli.run(["image", "inspect", reference])).stdout;
  } catch (error) {
    if (isContainerEngineError(error) && NOT_THERE.test(error.stderrTail)) return undefined;
    throw error;
  }
}

/** Takes a name away; the image goes too unless something uses it. */
export async function forgetImage(cli: ContainerCli, reference: string): Promise<void> {
  await cli.run(["image", "rm", reference], { accept: "any" });
}
