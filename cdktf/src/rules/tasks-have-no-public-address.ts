import { bodies, isTrue, resourcesOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** In lab the default VPC may do, whose tasks cannot reach AWS otherwise. */
export const tasksHaveNoPublicAddress: Rule = {
  name: "tasks-have-no-public-address",
  look: (stack, { isProduction }) =>
    isProduction ? eachOf(resourcesOf(stack, "aws_ecs_service"), ({ body }) => (bodies(body, "network_configuration").some((network) => isTrue(network, "assign_public_ip")) ? "gives its tasks public addresses in production; assign_public_ip false, in private subnets, would do" : undefined)) : [],
};
