import { bodies, isTrue, resourcesOf, textsOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

const events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"];

/** Without them a deployment that fails leaves traffic where it is by then. */
export const deploymentsRollBack: Rule = {
  name: "deployments-roll-back",
  look: (stack) =>
    eachOf(resourcesOf(stack, "aws_codedeploy_deployment_group"), ({ body }) => {
      const [rollback] = bodies(body, "auto_rollback_configuration");
      const [alarms] = bodies(body, "alarm_configuration");
      const missing = events.filter((event) => rollback === undefined || !textsOf(rollback, "events").includes(event));
      if (rollback === undefined || !isTrue(rollback, "enabled")) return "has no auto_rollback_configuration that is enabled";
      if (missing.length > 0) return `does not roll back on ${missing.join(", ")}; all three events would do`;
      return alarms === undefined || !isTrue(alarms, "enabled") || isTrue(alarms, "ignore_poll_alarm_failure") ? "does not heed its alarms: alarm_configuration enabled, and without ignore_poll_alarm_failure, would do" : undefined;
    }),
};
