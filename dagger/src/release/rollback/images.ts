import { z } from "zod";
import type { AwsClients } from "../aws/clients.ts";
import { failureOf, releaseErrorOf } from "../aws/errors.ts";
import type { TaskDefinitionBody } from "../have.ts";

const bodySchema = z.object({ containerDefinitions: z.array(z.object({ image: z.string() })).default([]) });

/** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:…`, or a rehearsal's host in its place. */
const reference = /^[^/]+\/(?<repository>[a-z0-9._/-]+?)(?:@(?<digest>sha256:[0-9a-f]{64})|:(?<tag>[\w.-]+))$/;

/** Images of a task definition that its repository does not have any more. Those of other registries are not looked at. Throws ReleaseError. */
export async function readMissingImages(clients: AwsClients, body: TaskDefinitionBody, signal: AbortSignal): Promise<string[]> {
  const images = [...new Set(bodySchema.parse(body).containerDefinitions.map(({ image }) => image))];
  const missing = await Promise.all(images.map(async (image) => ((await isThere(clients, image, signal)) ? [] : [image])));
  return missing.flat();
}

async function isThere(clients: AwsClients, image: string, signal: AbortSignal): Promise<boolean> {
  const { digest, repository, tag } = reference.exec(image)?.groups ?? {};
  if (repository === undefined || !isEcr(image, clients)) return true;
  const [ecr, { DescribeImagesCommand }] = await Promise.all([clients.ecr(), import("@aws-sdk/client-ecr")]);
  try {
    const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName: repository, imageIds: [digest === undefined ? { imageTag: tag } : { imageDigest: digest }] }), { abortSignal: signal });
    return imageDetails.length > 0;
  } catch (error) {
    signal.throwIfAborted();
    if (/^(ImageNotFound|RepositoryNotFound)Exception$/.test((error as Error).name) && failureOf(error) === "other") return false;
    throw releaseErrorOf(error, { target: clients.target, action: "ecr:DescribeImages", state: "Nothing was changed." });
  }
}

/** A rehearsal's registry is at its own address. */
const isEcr = (image: string, { target }: AwsClients): boolean => /^\d{12}\.dkr\.ecr\./.test(image) || (target.endpoint !== undefined && image.startsWith(`${new URL(target.endpoint).host}/`));
