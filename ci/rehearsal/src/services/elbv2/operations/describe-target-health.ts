import { DescribeTargetHealth$, type DescribeTargetHealthInput, type DescribeTargetHealthOutput, type TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { targetGroupOf } from "../find.ts";

/** A target that is asked for and not there is `unused`, as on AWS. */
export const describeTargetHealth = operation<DescribeTargetHealthInput, DescribeTargetHealthOutput>({
  schema: DescribeTargetHealth$,
  access: () => [{ action: "elasticloadbalancing:DescribeTargetHealth", resource: "*" }],
  run({ TargetGroupArn, Targets }, { parts }) {
    const group = targetGroupOf(parts, TargetGroupArn ?? "");
    const asked = Targets?.map(({ Id = "", Port = group.port }) => ({ id: Id, port: Port })) ?? group.targets;
    const descriptions = asked.map(({ id, port }) => {
      const target = group.targets.find((candidate) => candidate.id === id && candidate.port === port);
      const health: TargetHealth =
        target === undefined
          ? { State: "unused", Reason: "Target.NotRegistered", Description: "Target is not registered to the target group" }
          : { State: target.state, ...(target.reason !== undefined && { Reason: target.reason as NonNullable<TargetHealth["Reason"]> }), ...(target.description !== undefined && { Description: target.description }) };
      return {
        Target: { Id: id, Port: port, ...(target !== undefined && { AvailabilityZone: target.zone }) },
        HealthCheckPort: group.healthCheck.port === "traffic-port" ? String(port) : group.healthCheck.port,
        TargetHealth: health,
      };
    });
    return { TargetHealthDescriptions: descriptions };
  },
});
