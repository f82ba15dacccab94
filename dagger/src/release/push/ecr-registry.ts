import type { ECRClient } from "@aws-sdk/client-ecr";
import { z } from "zod";
import { ReleaseError } from "../release-error.ts";
import type { Registry, RegistryAccess, RegistryImage } from "./registry.ts";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const manifestSchema = z.object({ config: z.object({ digest }) });
const tokenSchema = z.object({ authorizationData: z.array(z.object({ authorizationToken: z.base64(), proxyEndpoint: z.url() })).min(1) });
const imagesSchema = z.object({
  images: z.array(z.object({ imageId: z.object({ imageDigest: digest }), imageManifest: z.string() })).default([]),
  failures: z.array(z.object({ failureCode: z.string(), failureReason: z.string().optional() })).default([]),
});

/** ECR: of AWS, or of a rehearsal, whose registry speaks plain HTTP. */
export function ecrRegistry(ecr: ECRClient, signal?: AbortSignal): Registry {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    signIn: async () => {
      const { GetAuthorizationTokenCommand } = await import("@aws-sdk/client-ecr");
      return accessOf(await ecr.send(new GetAuthorizationTokenCommand({}), options));
    },
    find: async (repository, tag) => {
      const { BatchGetImageCommand } = await import("@aws-sdk/client-ecr");
      return imageOf(await ecr.send(new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageTag: tag }], acceptedMediaTypes: [...singleImage] }), options), `${repository}:${tag}`);
    },
  };
}

/** Manifests of one image; an index of several would have no config of its own. */
const singleImage = ["application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json"] as const;

function accessOf(answer: unknown): RegistryAccess {
  const [entry] = tokenSchema.parse(answer).authorizationData;
  if (entry === undefined) throw new Error("ECR gave no token.");
  const { host, protocol } = new URL(entry.proxyEndpoint);
  return { host, insecure: protocol === "http:", authFile: JSON.stringify({ auths: { [host]: { auth: entry.authorizationToken } } }) };
}

function imageOf(answer: unknown, name: string): RegistryImage | undefined {
  const { images, failures } = imagesSchema.parse(answer);
  const [image] = images;
  if (image === undefined) {
    const failure = failures.find(({ failureCode }) => failureCode !== "ImageNotFound");
    if (failure === undefined) return undefined;
    throw new ReleaseError("PUSH_FAILED", `ECR does not show ${name}: ${failure.failureReason ?? failure.failureCode}. Nothing was deployed.`, "Look at the image in ECR; the pipeline takes single images only, and pushes no index.");
  }
  const manifest = manifestSchema.safeParse(JSON.parse(image.imageManifest));
  if (!manifest.success) throw new ReleaseError("PUSH_FAILED", `What ECR has as ${name} is not a single image. Nothing was deployed.`, "Delete that tag, or release another commit: the pipeline takes single images only.");
  return { digest: image.imageId.imageDigest, imageId: manifest.data.config.digest };
}
