import { bodies, referencesIn, resourcesOf, textOf, textsOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** The pipeline owns the revision and where traffic goes; the next apply would take both back to what Terraform remembers. */
export const serviceLeavesReleasesAlone: Rule = {
  name: "service-leaves-releases-alone",
  look: (stack) =>
    eachOf(resourcesOf(stack, "aws_ecs_service"), ({ address, body }) => {
      const controller = bodies(body, "deployment_controller").map((one) => textOf(one, "type"))[0];
      if (controller !== "CODE_DEPLOY") return `is deployed by ${controller ?? "ECS itself"}, and releases are made by CodeDeploy: deployment_controller type CODE_DEPLOY would do`;
      const ignored = bodies(body, "lifecycle").flatMap((lifecycle) => textsOf(lifecycle, "ignore_changes"));
      const isScaled = resourcesOf(stack, "aws_appautoscaling_target").some((target) => [textOf(target.body, "resource_id") ?? ""].some((id) => referencesIn(id).includes(address) || id.endsWith(`/${textOf(body, "name") ?? ""}`)));
      const missing = ["task_definition", "load_balancer", ...(isScaled ? ["desired_count"] : [])].filter((attribute) => !ignored.includes(attribute));
      return missing.length === 0 ? undefined : `does not ignore changes of ${missing.join(", ")}, which are not Terraform's: lifecycle ignore_changes with ${missing.length === 1 ? "it" : "them"} would do`;
    }),
};
