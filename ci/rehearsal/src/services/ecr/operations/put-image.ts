import { PutImage$, type PutImageRequest, type PutImageResponse } from "@aws-sdk/client-ecr";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { putImage } from "../put-image.ts";
import { repositoryArn, repositoryOf } from "../state.ts";

export const putImageOperation = operation<PutImageRequest, PutImageResponse>({
  schema: PutImage$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:PutImage", resource: repositoryArn(parts, repositoryName) }],
  run: async (input, { parts }) => {
    const repository = repositoryOf(parts, input);
    const { imageManifest = "", imageManifestMediaType, imageTag, imageDigest } = input;
    const { digest, already } = await putImage(parts, repository, { bytes: Buffer.from(imageManifest), mediaType: imageManifestMediaType, tag: imageTag, digest: imageDigest });
    if (already) {
      const named = imageTag === undefined ? `digest '${digest}'` : `digest '${digest}' and tag '${imageTag}'`;
      throw new AwsError("ImageAlreadyExistsException", `Image with ${named} already exists in the repository with name '${repository.name}' in registry with id '${parts.world.account}'`);
    }
    const { mediaType } = repository.images.find((image) => image.digest === digest) ?? {};
    return { image: { registryId: parts.world.account, repositoryName: repository.name, imageId: { imageDigest: digest, imageTag }, imageManifest, imageManifestMediaType: mediaType } };
  },
});
