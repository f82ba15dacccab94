import { UntagResource$, type UntagResourceCommandInput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onArn } from "../access.ts";
import { tagsByArn } from "../tagged.ts";

export const untagResource = operation<UntagResourceCommandInput, object>({
  schema: UntagResource$,
  access: ({ resourceArn, tagKeys = [] }, parts) => [onArn(parts, "UntagResource", resourceArn, { "aws:TagKeys": tagKeys })],
  run({ resourceArn = "", tagKeys = [] }, { parts }) {
    const tags = tagsByArn(parts, resourceArn);
    for (const key of tagKeys) Reflect.deleteProperty(tags, key);
    return {};
  },
});
