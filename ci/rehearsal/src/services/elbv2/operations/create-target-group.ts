import { CreateTargetGroup$, type CreateTargetGroupInput, type CreateTargetGroupOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb, tagging, tagKeysOf } from "../access.ts";
import { createTargetGroup } from "../create.ts";
import { showTargetGroup } from "../show.ts";

export const createTargetGroupOperation = operation<CreateTargetGroupInput, CreateTargetGroupOutput>({
  schema: CreateTargetGroup$,
  access({ Name = "", Tags }, parts) {
    const resource = parts.world.arn("elasticloadbalancing", `targetgroup/${Name}/*`);
    return [onElb(parts, "CreateTargetGroup", resource, tagKeysOf(Tags)), ...tagging("CreateTargetGroup", resource, Tags)];
  },
  run: (input, { parts }) => ({ TargetGroups: [showTargetGroup(parts, createTargetGroup(parts, input))] }),
});
