import { ModifyTargetGroupAttributes$, type ModifyTargetGroupAttributesInput, type ModifyTargetGroupAttributesOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { changeAttributes, readTags } from "../create.ts";
import { targetGroupOf } from "../find.ts";
import { showAttributes } from "../show.ts";

export const modifyTargetGroupAttributes = operation<ModifyTargetGroupAttributesInput, ModifyTargetGroupAttributesOutput>({
  schema: ModifyTargetGroupAttributes$,
  access: ({ TargetGroupArn }, parts) => [onElb(parts, "ModifyTargetGroupAttributes", TargetGroupArn)],
  run({ TargetGroupArn, Attributes }, { parts }) {
    const group = targetGroupOf(parts, TargetGroupArn ?? "");
    changeAttributes(group, readTags(Attributes));
    return { Attributes: showAttributes(group.attributes) };
  },
});
