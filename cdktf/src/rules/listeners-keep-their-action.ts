import { bodies, resourcesOf, textOf, textsOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** After an odd number of releases, the group that Terraform remembers is the empty one. */
export const listenersKeepTheirAction: Rule = {
  name: "listeners-keep-their-action",
  look: (stack) =>
    eachOf(resourcesOf(stack, "aws_lb_listener", "aws_lb_listener_rule"), ({ type, body }) => {
      const action = type === "aws_lb_listener" ? "default_action" : "action";
      const forwards = bodies(body, action).some((one) => textOf(one, "type") === "forward");
      const ignored = bodies(body, "lifecycle").flatMap((lifecycle) => textsOf(lifecycle, "ignore_changes"));
      return forwards && !ignored.includes(action) ? `does not ignore changes of ${action}: the next apply would move traffic back to the group that Terraform remembers` : undefined;
    }),
};
