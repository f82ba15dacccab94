import { DeregisterTargets$, type DeregisterTargetsInput, type DeregisterTargetsOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { targetGroupOf } from "../find.ts";
import { deregisterTargets } from "../targets.ts";

/** Without a port, all of that address. */
export const deregisterTargetsOperation = operation<DeregisterTargetsInput, DeregisterTargetsOutput>({
  schema: DeregisterTargets$,
  access: ({ TargetGroupArn }, parts) => [onElb(parts, "DeregisterTargets", TargetGroupArn)],
  run({ TargetGroupArn, Targets }, { parts }) {
    const { arn, targets } = targetGroupOf(parts, TargetGroupArn ?? "");
    const meant = targets.filter(({ id, port }) => (Targets ?? []).some(({ Id, Port }) => Id === id && (Port ?? port) === port));
    deregisterTargets(parts, arn, meant);
    return {};
  },
});
