import { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { beginDeployment } from "../../src/services/codedeploy/begin.ts";
import { createApplication, createDeploymentGroup } from "../../src/services/codedeploy/create.ts";
import { deployments } from "../../src/services/codedeploy/deployments.ts";
import { isActive } from "../../src/services/codedeploy/state.ts";
import { taskSetsOf } from "../../src/services/ecs/task-sets.ts";
import { forEcs, inProcess, routesOf, seedWorld, serviceArn } from "../deployments/seed-world.ts";
import { appSpec, groupInput } from "../services/codedeploy/inputs.ts";

/** Milliseconds of CPU of a 16-minute deployment on the virtual clock, with tasks of this process, their health checks, and IAM. */
const clock = new VirtualClock(Date.UTC(2026, 0, 15, 12));
const { parts } = new AwsRehearsal({ clock, prepare: inProcess });
const listeners = seedWorld(parts, forEcs);
await clock.runUntil(() => taskSetsOf(parts, serviceArn).every(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE"));
createApplication(parts, { applicationName: "web", computePlatform: "ECS" });
createDeploymentGroup(parts, groupInput({ ...routesOf(listeners), alarmConfiguration: { enabled: true, ignorePollAlarmFailure: true, alarms: [{ name: "errors" }] } }));
const before = process.cpuUsage();
const deployment = beginDeployment(parts, { applicationName: "web", deploymentGroupName: "web", revision: { revisionType: "AppSpecContent", appSpecContent: { content: appSpec() } } });
parts.get(deployments).wake(deployment);
await clock.runUntil(() => !isActive(deployment));
const { system, user } = process.cpuUsage(before);
if (deployment.status !== "Succeeded") throw new Error(`it has ${deployment.status}: ${deployment.error?.message ?? ""}`);
console.log((system + user) / 1000);
process.exit(0);
