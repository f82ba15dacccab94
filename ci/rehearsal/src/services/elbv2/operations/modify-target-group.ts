import { ModifyTargetGroup$, type ModifyTargetGroupInput, type ModifyTargetGroupOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { targetGroupOf } from "../find.ts";
import { changeHealthCheck } from "../health-check-settings.ts";
import { showTargetGroup } from "../show.ts";

/** The next check goes by it. */
export const modifyTargetGroup = operation<ModifyTargetGroupInput, ModifyTargetGroupOutput>({
  schema: ModifyTargetGroup$,
  access: ({ TargetGroupArn }, parts) => [onElb(parts, "ModifyTargetGroup", TargetGroupArn)],
  run(input, { parts }) {
    const group = targetGroupOf(parts, input.TargetGroupArn ?? "");
    group.healthCheck = changeHealthCheck(group.healthCheck, input);
    return { TargetGroups: [showTargetGroup(parts, group)] };
  },
});
