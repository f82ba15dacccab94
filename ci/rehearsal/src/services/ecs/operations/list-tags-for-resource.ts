import { ListTagsForResource$, type ListTagsForResourceCommandInput, type ListTagsForResourceCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onArn } from "../access.ts";
import { showTags } from "../create.ts";
import { tagsByArn } from "../tagged.ts";

export const listTagsForResource = operation<ListTagsForResourceCommandInput, Omit<ListTagsForResourceCommandOutput, "$metadata">>({
  schema: ListTagsForResource$,
  access: ({ resourceArn }, parts) => [onArn(parts, "ListTagsForResource", resourceArn)],
  run: ({ resourceArn = "" }, { parts }) => ({ tags: showTags(tagsByArn(parts, resourceArn)) }),
});
