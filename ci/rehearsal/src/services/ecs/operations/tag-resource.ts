import { TagResource$, type TagResourceCommandInput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { tagsOf } from "../create.ts";
import { tagsByArn } from "../tagged.ts";

export const tagResource = operation<TagResourceCommandInput, object>({
  schema: TagResource$,
  access: ({ resourceArn = "*" }) => [{ action: "ecs:TagResource", resource: resourceArn }],
  run({ resourceArn = "", tags }, { parts }) {
    Object.assign(tagsByArn(parts, resourceArn), tagsOf(tags));
    return {};
  },
});
