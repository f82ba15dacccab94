import { authorise } from "../../iam/authorise.ts";
import { asRole, mayAssume } from "../../iam/roles.ts";
import { faults } from "../../faults/faults.ts";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { alarmStates } from "../cloudwatch/alarms.ts";
import { forwardOf, routesTo, setForward, targetGroupByName } from "../elbv2/forwards.ts";
import { targetHealth } from "../elbv2/targets.ts";
import type { Collaborators } from "./collaborators.ts";
import { ecsSide, type EcsSide } from "./ecs-side.ts";

/** The other services of the same rehearsal. */
export const realCollaborators = (parts: Parts): Collaborators => ({ ...ecsSide(parts), ...otherSide(parts) });

/** The load balancer, the alarms and IAM. */
export const otherSide = (parts: Parts): Omit<Collaborators, keyof EcsSide> => ({
  forwardOf: (listenerArn, among) => orNothing(() => forwardOf(parts, listenerArn, among)),
  routesTo: (listenerArn, targetGroupArns) => orNothing(() => routesTo(parts, listenerArn, targetGroupArns)).map(({ arn }) => arn),
  setForward: (listenerArn, weights) => {
    setForward(parts, listenerArn, weights);
  },
  targetGroupArn: (name) => targetGroupByName(parts, name)?.arn,
  healthyTargets: (targetGroupArn) => orNothing(() => targetHealth(parts, targetGroupArn)).filter(({ state }) => state === "healthy").length,
  alarmStates: (names) => alarmStates(parts, names),
  authoriseAs: (roleArn, accesses) => {
    authorise(asRole(parts, roleArn, "codedeploy"), accesses, parts);
  },
  mayAssume: (roleArn) => mayAssume(parts, roleArn, { service: "codedeploy.amazonaws.com" }),
  tellCandidateTraffic: (percent) => {
    parts.get(faults).candidateTrafficPercent = percent;
  },
});

/** A listener or target group that is gone has no forwards and no targets; what that means is for CodeDeploy to say. */
function orNothing<Item>(call: () => readonly Item[]): readonly Item[] {
  try {
    return call();
  } catch (error) {
    if (error instanceof AwsError) return [];
    throw error;
  }
}
