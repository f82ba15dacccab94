import { ListTagsForResource$, type ListTagsForResourceRequest, type ListTagsForResourceResponse } from "@aws-sdk/client-ecr";
import { operation } from "../../service.ts";
import { repositoryByArn } from "../resource-tags.ts";

export const listTagsForResource = operation<ListTagsForResourceRequest, ListTagsForResourceResponse>({
  schema: ListTagsForResource$,
  access: ({ resourceArn = "" }) => [{ action: "ecr:ListTagsForResource", resource: resourceArn }],
  run: ({ resourceArn }, { parts }) => ({ tags: Object.entries(repositoryByArn(parts, resourceArn).resourceTags).map(([Key, Value]) => ({ Key, Value })) }),
});
