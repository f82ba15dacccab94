import { DeleteTargetGroup$, type DeleteTargetGroupInput, type DeleteTargetGroupOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { deleteTargetGroup } from "../delete.ts";

export const deleteTargetGroupOperation = operation<DeleteTargetGroupInput, DeleteTargetGroupOutput>({
  schema: DeleteTargetGroup$,
  access: ({ TargetGroupArn }, parts) => [onElb(parts, "DeleteTargetGroup", TargetGroupArn)],
  run({ TargetGroupArn = "" }, { parts }) {
    deleteTargetGroup(parts, TargetGroupArn);
    return {};
  },
});
