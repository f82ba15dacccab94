import { CodeDeployClient, CreateApplicationCommand, CreateDeploymentCommand, CreateDeploymentGroupCommand, GetDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { CreateRuleCommand, DeleteRuleCommand, DescribeListenersCommand, DescribeRulesCommand, ElasticLoadBalancingV2Client, ModifyListenerCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { emptyModel } from "../../page/model/model.ts";
import { reduce } from "../../page/model/reduce.ts";
import { sceneOf } from "../../page/model/scene.ts";
import { overview } from "../../src/command-line/overview.ts";
import { putRolePolicy } from "../../src/iam/create.ts";
import type { Parts } from "../../src/parts.ts";
import { codedeploySlice, isActive } from "../../src/services/codedeploy/state.ts";
import { taskSetsOf } from "../../src/services/ecs/task-sets.ts";
import { appSpec, groupInput } from "../services/codedeploy/inputs.ts";
import { startRehearsal } from "../support/rehearsal.ts";
import { forEcs, inProcess, routesOf, seedWorld, serviceArn } from "./seed-world.ts";

const pageOf = (parts: Parts): readonly number[] => {
  const { candidate, current } = sceneOf(parts.timeline.since().reduce(reduce, emptyModel));
  return [current, candidate].flatMap((side) => (side === undefined ? [] : [side.trafficPercent]));
};

/** A deployment where only a rule of the production listener leads to the service; the listener itself answers 404. */
async function start() {
  const { rehearsal, client, clock } = await startRehearsal({ prepare: inProcess });
  const { parts } = rehearsal;
  const { blue, green, ...listeners } = seedWorld(parts, forEcs);
  const elb = new ElasticLoadBalancingV2Client(client);
  const { Rules: [rule] = [] } = await elb.send(new CreateRuleCommand({ ListenerArn: listeners.prod, Priority: 1, Conditions: [{ Field: "host-header", Values: ["notes.example.com"] }], Actions: [{ Type: "forward", TargetGroupArn: blue }] }));
  await elb.send(new ModifyListenerCommand({ ListenerArn: listeners.prod, DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }] }));
  await clock.runUntil(() => taskSetsOf(parts, serviceArn).every(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE"));
  const codedeploy = new CodeDeployClient(client);
  await codedeploy.send(new CreateApplicationCommand({ applicationName: "web", computePlatform: "ECS" }));
  await codedeploy.send(new CreateDeploymentGroupCommand(groupInput({ ...routesOf(listeners), alarmConfiguration: { enabled: false } })));
  const deploy = async (): Promise<string> => (await codedeploy.send(new CreateDeploymentCommand({ applicationName: "web", deploymentGroupName: "web", revision: { revisionType: "AppSpecContent", appSpecContent: { content: appSpec() } } }))).deploymentId ?? "";
  const { deployments } = parts.world.slice(codedeploySlice);
  const { url } = rehearsal;
  return {
    parts,
    /** What `status` shows, and what the page does, of the current and the candidate. */
    shown: async () => ({ status: (await overview(url, parts.world.region)).services.flatMap(({ taskSets }) => taskSets.map(({ trafficPercent }) => trafficPercent)), page: pageOf(parts) }),
    deleteRule: async () => elb.send(new DeleteRuleCommand({ RuleArn: rule?.RuleArn ?? "" })),
    clock,
    deploy,
    status: async (deploymentId: string) => (await codedeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo,
    untilShifting: async () => clock.runUntil(() => deployments.some(({ shiftsDone }) => shiftsDone === 3)),
    untilOver: async () => clock.runUntil(() => !deployments.some(isActive)),
    listenerAction: async () => (await elb.send(new DescribeListenersCommand({ ListenerArns: [listeners.prod] }))).Listeners?.[0]?.DefaultActions?.[0]?.Type,
    weights: async (): Promise<(number | undefined)[]> => {
      const groups = (await elb.send(new DescribeRulesCommand({ RuleArns: [rule?.RuleArn ?? ""] }))).Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      return [blue, green].map((arn) => groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight);
    },
  };
}

it("shifts the rule that leads to the service, and leaves the listener's own action alone", async () => {
  const { deploy, listenerAction, status, untilOver, untilShifting, weights } = await start();
  expect(await weights()).toEqual([100, 0]);
  const id = await deploy();
  await untilShifting();
  expect([await weights(), await listenerAction()]).toEqual([[70, 30], "fixed-response"]);
  await untilOver();
  expect([(await status(id))?.status, await weights()]).toEqual(["Succeeded", [0, 100]]);
});

it("is shown by the page and by status as the rule leads the traffic", async () => {
  const { deleteRule, deploy, shown, untilOver, untilShifting } = await start();
  expect(await shown()).toEqual({ status: [100], page: [100] });
  await deploy();
  await untilShifting();
  expect(await shown()).toEqual({ status: [70, 30], page: [70, 30] });
  await untilOver();
  expect(await shown()).toMatchObject({ page: [100] });
  await deleteRule();
  expect(await shown()).toMatchObject({ page: [0] });
});

it("fails where CodeDeploy's role may not modify rules", async () => {
  const { deploy, parts, status, untilOver, weights } = await start();
  putRolePolicy(parts, { RoleName: "codedeploy", PolicyName: "limit", PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "elasticloadbalancing:ModifyRule", Resource: "*" }] }) });
  const id = await deploy();
  await untilOver();
  expect(await status(id)).toMatchObject({ status: "Failed", errorInformation: { code: "IAM_ROLE_PERMISSIONS", message: expect.stringContaining("AmazonElasticLoadBalancingV2") as string } });
  expect(await weights()).toEqual([100, 0]);
});
