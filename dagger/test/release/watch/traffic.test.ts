import { expect, it } from "vitest";
import type { HaveListener, HaveTaskSet } from "../../../src/release/have.ts";
import { primaryOf, trafficOf } from "../../../src/release/watch/traffic.ts";

const taskSet = (over: Partial<HaveTaskSet>): HaveTaskSet => ({ arn: "arn", id: "ecs-svc/1", status: "ACTIVE", steady: true, taskDefinitionArn: "web:1", deploymentId: undefined, targetGroupArn: "blue", desired: 1, pending: 0, running: 1, ...over });
const listener = (forwards: readonly (readonly [string, number])[], role: HaveListener["role"] = "production"): HaveListener => ({ arn: role, role, loadBalancerArn: "lb", port: 80, protocol: "HTTP", forwards: forwards.map(([targetGroupArn, weight]) => ({ targetGroupArn, weight })) });

const old = taskSet({ status: "PRIMARY", deploymentId: "d-OLD" });
const fresh = taskSet({ deploymentId: "d-NEW", targetGroupArn: "green" });

it.each([
  ["all before the shift", [["green", 0], ["blue", 100]], [old, fresh], [0, 100, 0]],
  ["a step of it", [["green", 10], ["blue", 90]], [old, fresh], [10, 90, 0]],
  ["all after it", [["green", 100], ["blue", 0]], [old, fresh], [100, 0, 0]],
  ["weights that do not sum to 100", [["green", 1], ["blue", 3]], [old, fresh], [25, 75, 0]],
  ["a weight that is next to nothing", [["green", 1], ["blue", 999]], [old, fresh], [0.1, 99.9, 0]],
  ["a single group, whose weight is 1", [["blue", 1]], [old], [0, 100, 0]],
  ["a group behind which nobody is", [["green", 10], ["blue", 90]], [old], [0, 90, 10]],
  ["a group whose task set is being taken away", [["green", 10], ["blue", 90]], [old, { ...fresh, status: "DRAINING" }], [0, 90, 10]],
  ["a group that an earlier candidate is still leaving", [["green", 10], ["blue", 90]], [old, fresh, taskSet({ status: "DRAINING", deploymentId: "d-OTHER", targetGroupArn: "green" })], [10, 90, 0]],
] as const)("shares the traffic out by whose target group it is: %s", (_what, forwards, taskSets, [candidatePercent, otherPercent, nobodyPercent]) => {
  expect(trafficOf("d-NEW", [listener(forwards), listener([["green", 1]], "test")], taskSets)).toEqual({ candidatePercent, otherPercent, nobodyPercent });
});

it("knows nothing where no production listener was read", () => {
  expect(trafficOf("d-NEW", [listener([["green", 1]], "test")], [old])).toBeUndefined();
});

it("says whose the primary task set is", () => {
  expect([primaryOf("d-NEW", [old, fresh]), primaryOf("d-OLD", [old, fresh]), primaryOf("d-NEW", [])]).toEqual(["other", "candidate", "none"]);
});
