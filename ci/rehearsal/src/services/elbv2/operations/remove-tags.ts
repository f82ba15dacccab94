import { RemoveTags$, type RemoveTagsInput, type RemoveTagsOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { taggedOf } from "../tagged.ts";

export const removeTags = operation<RemoveTagsInput, RemoveTagsOutput>({
  schema: RemoveTags$,
  access: ({ ResourceArns = [], TagKeys = [] }, parts) => ResourceArns.map((arn) => onElb(parts, "RemoveTags", arn, { "aws:TagKeys": TagKeys })),
  run({ ResourceArns = [], TagKeys = [] }, { parts }) {
    for (const { tags } of ResourceArns.map((arn) => taggedOf(parts, arn))) for (const key of TagKeys) Reflect.deleteProperty(tags, key);
    return {};
  },
});
