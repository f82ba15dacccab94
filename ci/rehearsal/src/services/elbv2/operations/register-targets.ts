import { RegisterTargets$, type RegisterTargetsInput, type RegisterTargetsOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { targetGroupOf } from "../find.ts";
import { registerTargets } from "../targets.ts";

export const registerTargetsOperation = operation<RegisterTargetsInput, RegisterTargetsOutput>({
  schema: RegisterTargets$,
  access: ({ TargetGroupArn }, parts) => [onElb(parts, "RegisterTargets", TargetGroupArn)],
  run({ TargetGroupArn, Targets }, { parts }) {
    const { arn, port } = targetGroupOf(parts, TargetGroupArn ?? "");
    registerTargets(parts, arn, (Targets ?? []).map(({ Id = "", Port = port, AvailabilityZone }) => ({ id: Id, port: Port, zone: AvailabilityZone ?? `${parts.world.region}a` })));
    return {};
  },
});
