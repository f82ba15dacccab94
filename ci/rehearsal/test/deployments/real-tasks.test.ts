import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { CodeDeployClient, CreateApplicationCommand, CreateDeploymentCommand, CreateDeploymentGroupCommand, GetDeploymentCommand, GetDeploymentTargetCommand, type DeploymentInfo, type ECSTaskSet } from "@aws-sdk/client-codedeploy";
import { DescribeListenersCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { codedeploySlice, isActive } from "../../src/services/codedeploy/state.ts";
import { taskSetsOf } from "../../src/services/ecs/task-sets.ts";
import { appSpec, groupInput } from "../services/codedeploy/inputs.ts";
import { startRehearsal } from "../support/rehearsal.ts";
import { forEcs, inProcess, routesOf, seedWorld, serviceArn } from "./seed-world.ts";

/** A deployment on the rehearsal's own ECS, load balancer, alarms and IAM, with tasks of this process. */
async function start(policy: string | undefined) {
  const { rehearsal, client, clock } = await startRehearsal({ prepare: inProcess });
  const { parts } = rehearsal;
  const { blue, green, ...listeners } = seedWorld(parts, policy);
  const taskSets = (): { status: string; desired: number; running: number }[] => taskSetsOf(parts, serviceArn).map(({ status, computedDesiredCount, runningCount }) => ({ status, desired: computedDesiredCount, running: runningCount }));
  await clock.runUntil(() => taskSetsOf(parts, serviceArn).every(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE"));
  const cloudwatch = new CloudWatchClient(client);
  await cloudwatch.send(
    new PutMetricAlarmCommand({ AlarmName: "errors", Namespace: "AWS/ApplicationELB", MetricName: "HTTPCode_Target_5XX_Count", Statistic: "Sum", Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanOrEqualToThreshold", TreatMissingData: "ignore" }),
  );
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "errors", StateValue: "OK", StateReason: "a test" }));

  const codedeploy = new CodeDeployClient(client);
  await codedeploy.send(new CreateApplicationCommand({ applicationName: "web", computePlatform: "ECS" }));
  await codedeploy.send(new CreateDeploymentGroupCommand(groupInput(routesOf(listeners))));
  const { deploymentId = "" } = await codedeploy.send(new CreateDeploymentCommand({ applicationName: "web", deploymentGroupName: "web", revision: { revisionType: "AppSpecContent", appSpecContent: { content: appSpec() } } }));
  const { deployments } = parts.world.slice(codedeploySlice);
  const elb = new ElasticLoadBalancingV2Client(client);
  return {
    clock,
    taskSets,
    info: async (id = deploymentId): Promise<DeploymentInfo> => (await codedeploy.send(new GetDeploymentCommand({ deploymentId: id }))).deploymentInfo ?? {},
    shownTaskSets: async (): Promise<ECSTaskSet[]> => (await codedeploy.send(new GetDeploymentTargetCommand({ deploymentId, targetId: "main:web" }))).deploymentTarget?.ecsTarget?.taskSetsInfo ?? [],
    fireAlarm: async () => cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "errors", StateValue: "ALARM", StateReason: "a test" })),
    untilShifting: async () => clock.runUntil(() => deployments.some(({ shiftsDone, creator }) => creator === "user" && shiftsDone === 3)),
    untilOver: async () => clock.runUntil(() => !deployments.some(isActive)),
    /** Weights of blue and green on the production listener, as a client sees them. */
    weights: async (): Promise<(number | undefined)[]> => {
      const groups = (await elb.send(new DescribeListenersCommand({ ListenerArns: [listeners.prod] }))).Listeners?.[0]?.DefaultActions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      return [blue, green].map((arn) => groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight);
    },
  };
}

it("shifts a real listener to real tasks with no more than AWS's own policy for CodeDeploy's role", async () => {
  const { clock, info, taskSets, untilOver, untilShifting, weights } = await start(forEcs);
  expect(await weights()).toEqual([100, 0]);
  await untilShifting();
  expect(await weights()).toEqual([70, 30]);
  expect(taskSets()).toEqual([
    { status: "PRIMARY", desired: 2, running: 2 },
    { status: "ACTIVE", desired: 2, running: 2 },
  ]);
  await untilOver();
  expect(await info()).toMatchObject({ status: "Succeeded" });
  expect(await weights()).toEqual([0, 100]);
  await clock.advance(600_000);
  expect(taskSets()).toEqual([{ status: "PRIMARY", desired: 2, running: 2 }]);
});

it("shows blue scaled to nothing once it has succeeded, and green when it was rolled back, though both are gone", async () => {
  const released = await start(forEcs);
  await released.untilOver();
  const gone = { desiredCount: 0, pendingCount: 0, runningCount: 0, status: "DRAINING", trafficWeight: 0 };
  expect(await released.shownTaskSets()).toMatchObject([{ ...gone, runningCount: 2, taskSetLabel: "Blue" }, { desiredCount: 2, runningCount: 2, status: "PRIMARY", trafficWeight: 100 }]);
  await released.clock.advance(600_000);
  expect(await released.shownTaskSets()).toMatchObject([{ ...gone, taskSetLabel: "Blue" }, { desiredCount: 2, runningCount: 2, status: "PRIMARY", trafficWeight: 100 }]);

  const rolledBack = await start(forEcs);
  await rolledBack.untilShifting();
  await rolledBack.fireAlarm();
  await rolledBack.untilOver();
  await rolledBack.clock.advance(600_000);
  expect(await rolledBack.shownTaskSets()).toMatchObject([{ desiredCount: 2, runningCount: 2, status: "PRIMARY", trafficWeight: 100 }, { ...gone, taskSetLabel: "Green" }]);
});

it("is rolled back by a real alarm, and only the old tasks are left", async () => {
  const { clock, fireAlarm, info, taskSets, untilOver, untilShifting, weights } = await start(forEcs);
  await untilShifting();
  await fireAlarm();
  await untilOver();
  const stopped = await info();
  expect(stopped).toMatchObject({ status: "Stopped", errorInformation: { code: "ALARM_ACTIVE" } });
  expect(await info(stopped.rollbackInfo?.rollbackDeploymentId)).toMatchObject({ status: "Succeeded", creator: "codeDeployRollback" });
  expect(await weights()).toEqual([100, 0]);
  await clock.advance(600_000);
  expect(taskSets()).toEqual([{ status: "PRIMARY", desired: 2, running: 2 }]);
});

it("fails with IAM_ROLE_PERMISSIONS when the role has no policies", async () => {
  const { info, untilOver, weights } = await start(undefined);
  await untilOver();
  expect(await info()).toMatchObject({ status: "Failed", errorInformation: { code: "IAM_ROLE_PERMISSIONS" } });
  expect(await weights()).toEqual([100, 0]);
});
