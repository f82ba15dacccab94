import { AddTags$, type AddTagsInput, type AddTagsOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb, tagKeysOf } from "../access.ts";
import { readTags } from "../create.ts";
import { taggedOf } from "../tagged.ts";

export const addTags = operation<AddTagsInput, AddTagsOutput>({
  schema: AddTags$,
  access: ({ ResourceArns, Tags }, parts) => (ResourceArns ?? []).map((arn) => onElb(parts, "AddTags", arn, tagKeysOf(Tags))),
  run({ ResourceArns, Tags }, { parts }) {
    for (const tagged of (ResourceArns ?? []).map((arn) => taggedOf(parts, arn))) Object.assign(tagged.tags, readTags(Tags));
    return {};
  },
});
