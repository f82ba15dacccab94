import { CreateTargetGroup$, type CreateTargetGroupInput, type CreateTargetGroupOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { createTargetGroup } from "../create.ts";
import { showTargetGroup } from "../show.ts";

export const createTargetGroupOperation = operation<CreateTargetGroupInput, CreateTargetGroupOutput>({
  schema: CreateTargetGroup$,
  access: ({ Name }, { world }) => [{ action: "elasticloadbalancing:CreateTargetGroup", resource: world.arn("elasticloadbalancing", `targetgroup/${Name ?? ""}/*`) }],
  run: (input, { parts }) => ({ TargetGroups: [showTargetGroup(parts, createTargetGroup(parts, input))] }),
});
