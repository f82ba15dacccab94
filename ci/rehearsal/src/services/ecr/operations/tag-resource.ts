import { TagResource$, type TagResourceRequest, type TagResourceResponse } from "@aws-sdk/client-ecr";
import { operation } from "../../service.ts";
import { repositoryByArn, tagsOf } from "../resource-tags.ts";

export const tagResource = operation<TagResourceRequest, TagResourceResponse>({
  schema: TagResource$,
  access: ({ resourceArn = "" }) => [{ action: "ecr:TagResource", resource: resourceArn }],
  run: ({ resourceArn, tags = [] }, { parts }) => {
    Object.assign(repositoryByArn(parts, resourceArn).resourceTags, tagsOf(tags));
    return {};
  },
});
