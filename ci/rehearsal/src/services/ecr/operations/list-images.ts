import { ListImages$, type ListImagesRequest, type ListImagesResponse } from "@aws-sdk/client-ecr";
import { operation } from "../../service.ts";
import { hasStatus, idsOf } from "../image-ids.ts";
import { page } from "../page.ts";
import { repositoryArn, repositoryOf } from "../state.ts";

export const listImages = operation<ListImagesRequest, ListImagesResponse>({
  schema: ListImages$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:ListImages", resource: repositoryArn(parts, repositoryName) }],
  run: (input, { parts }) => {
    const all = repositoryOf(parts, input).images.filter((image) => hasStatus(image, input.filter?.tagStatus));
    const { items, next } = page(all.flatMap(idsOf), input);
    return { imageIds: [...items], ...next };
  },
});
