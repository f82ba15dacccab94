import { TagResource$, type TagResourceCommandInput } from "@aws-sdk/client-ecs";
import { requestTagKeys } from "../../../iam/tag-keys.ts";
import { operation } from "../../service.ts";
import { onArn } from "../access.ts";
import { tagsOf } from "../create.ts";
import { tagsByArn } from "../tagged.ts";

export const tagResource = operation<TagResourceCommandInput, object>({
  schema: TagResource$,
  access: ({ resourceArn, tags }, parts) => [onArn(parts, "TagResource", resourceArn, requestTagKeys(tagsOf(tags)))],
  run({ resourceArn = "", tags }, { parts }) {
    Object.assign(tagsByArn(parts, resourceArn), tagsOf(tags));
    return {};
  },
});
