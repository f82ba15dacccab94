import { bodies, resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** A database beside each task holds each task's own data: users would see now these notes, now those. */
export const sidecarIsAlone: Rule = {
  name: "sidecar-is-alone",
  look: (stack, { database }) => {
    if (database !== "sidecar") return [];
    const tooMany = (what: string, count: string | undefined): string | undefined => (Number(count ?? 1) > 1 ? `has ${what} ${count ?? ""} with the database as a sidecar; one task, or "database": "external", would do` : undefined);
    return [
      ...eachOf(resourcesOf(stack, "aws_ecs_service"), ({ body }) => tooMany("desired_count", textOf(body, "desired_count"))),
      ...eachOf(resourcesOf(stack, "aws_appautoscaling_target"), ({ body }) => tooMany("max_capacity", textOf(body, "max_capacity"))),
      ...eachOf(resourcesOf(stack, "aws_codedeploy_deployment_group"), ({ body }) => (bodies(body, "blue_green_deployment_config").length === 0 ? "has no blue_green_deployment_config: both versions of a task would run for as long as AWS likes" : undefined)),
    ];
  },
};
