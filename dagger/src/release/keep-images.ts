import { z } from "zod";
import type { AwsClients } from "./aws/clients.ts";
import { nameOf, releaseErrorOf } from "./aws/errors.ts";

/** One image of a release, as its repository knows it. */
export interface KeptImage {
  readonly repository: string;
  readonly digest: string;
}

const manifestsSchema = z.object({ images: z.array(z.object({ imageManifest: z.string(), imageManifestMediaType: z.string().optional() })).default([]) });

/** `released-<family>-<revision>-<tag>`: no two releases share one, in no environment. A tag has 128 characters at most. */
export function releasedTag(taskDefinitionArn: string, tag: string): string {
  const [family = "", revision = ""] = (taskDefinitionArn.split("/").at(-1) ?? "").split(":");
  return `released-${family.slice(0, 60)}-${revision}-${tag}`.slice(0, 128);
}

/**
 * Tags images as released, before anything runs them: ECR's lifecycle rules cannot
 * see ECS, and would let the images of a service go that nobody has touched for
 * long. Nothing is sent but the manifest that is there. Throws ReleaseError.
 */
export async function keepImages(images: readonly KeptImage[], releaseTag: string, { clients, signal, state }: { readonly clients: AwsClients; readonly signal: AbortSignal; readonly state: string }): Promise<void> {
  await Promise.all(images.map(async (image) => keep(image, releaseTag, { clients, signal, state })));
}

async function keep({ repository, digest }: KeptImage, imageTag: string, { clients, signal, state }: { readonly clients: AwsClients; readonly signal: AbortSignal; readonly state: string }): Promise<void> {
  const [ecr, { BatchGetImageCommand, PutImageCommand }] = await Promise.all([clients.ecr(), import("@aws-sdk/client-ecr")]);
  const abort = { abortSignal: signal };
  let action = "ecr:BatchGetImage";
  try {
    const [found] = manifestsSchema.parse(await ecr.send(new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageDigest: digest }] }), abort)).images;
    // Gone since preflight saw it: the tasks will tell, and the deployment comes back.
    if (found === undefined) return;
    action = "ecr:PutImage";
    await ecr.send(new PutImageCommand({ repositoryName: repository, imageManifest: found.imageManifest, imageManifestMediaType: found.imageManifestMediaType, imageTag, imageDigest: digest }), abort);
  } catch (error) {
    signal.throwIfAborted();
    // It bears the tag already: this release was begun before.
    if (nameOf(error) === "ImageAlreadyExistsException") return;
    throw releaseErrorOf(error, { target: clients.target, action, state });
  }
}
