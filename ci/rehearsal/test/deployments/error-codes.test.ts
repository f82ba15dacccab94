import { readFileSync } from "node:fs";
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { CodeDeployClient, CreateApplicationCommand, CreateDeploymentCommand, CreateDeploymentGroupCommand, ErrorCode, GetDeploymentCommand, StopDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { DeleteServiceCommand, ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client, ModifyListenerCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import type { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { iamSlice } from "../../src/iam/state.ts";
import type { Parts } from "../../src/parts.ts";
import { codedeploySlice, isActive } from "../../src/services/codedeploy/state.ts";
import { taskSetsOf } from "../../src/services/ecs/task-sets.ts";
import { InProcessTaskProvider } from "../../src/tasks/in-process-provider.ts";
import { taskProvider } from "../../src/tasks/task-provider.ts";
import { taskDefinitionArn } from "../services/codedeploy/cloud-double.ts";
import { appSpec, groupInput } from "../services/codedeploy/inputs.ts";
import { startRehearsal } from "../support/rehearsal.ts";
import { forEcs, routesOf, seedWorld, serviceArn } from "./seed-world.ts";

interface Scene {
  readonly parts: Parts;
  readonly clock: VirtualClock;
  readonly codedeploy: CodeDeployClient;
  readonly cloudwatch: CloudWatchClient;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly prod: string;
}

/** All of the rehearsal, with tasks of this process: a service that is steady, and a group that rolls nothing back. */
async function setScene(): Promise<Scene> {
  const prepare = (parts: Parts): void => {
    const answers = (status: number) => () => () => new Response("", { status });
    parts.provide(taskProvider, new InProcessTaskProvider({ parts, images: { web: answers(200), sick: answers(500) } }));
  };
  const { rehearsal: { parts }, client, clock } = await startRehearsal({ prepare });
  const listeners = seedWorld(parts, forEcs);
  await clock.runUntil(() => taskSetsOf(parts, serviceArn).every(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE"));
  const scene = { parts, clock, codedeploy: new CodeDeployClient(client), cloudwatch: new CloudWatchClient(client), ecs: new ECSClient(client), elb: new ElasticLoadBalancingV2Client(client), prod: listeners.prod };
  await scene.cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: "errors", Namespace: "Test", MetricName: "Errors", Statistic: "Sum", Period: 60, EvaluationPeriods: 2, Threshold: 1, ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "ignore" }));
  await scene.codedeploy.send(new CreateApplicationCommand({ applicationName: "web", computePlatform: "ECS" }));
  await scene.codedeploy.send(new CreateDeploymentGroupCommand(groupInput({ ...routesOf(listeners), autoRollbackConfiguration: { enabled: false } })));
  return scene;
}

interface Provocation {
  readonly content?: string;
  /** Before there is a deployment. */
  readonly before?: (scene: Scene) => Promise<unknown>;
  /** When it gives the candidate its first traffic. */
  readonly during?: (scene: Scene, deploymentId: string) => Promise<unknown>;
  readonly status: "Failed" | "Stopped";
  readonly message: RegExp;
}

const role = "arn:aws:iam::123456789012:role/codedeploy";

const provocations = new Map<ErrorCode, Provocation>([
  ["ALARM_ACTIVE", { during: async ({ cloudwatch }) => cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "errors", StateValue: "ALARM", StateReason: "a test" })), status: "Stopped", message: /^One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped\. Activated alarms: <errors>$/ }],
  ["ECS_UPDATE_ERROR", { content: appSpec().replace("8080", "443"), status: "Failed", message: /^The ECS service cannot be updated due to an unexpected error: The container proxy did not have a container port 443 defined\. \(Service: AmazonECS; Status Code: 400; Error Code: InvalidParameterException; Request ID: \S+; Proxy: null\)\. Check your ECS service status\.$/ }],
  ["ELASTIC_LOAD_BALANCING_INVALID", { before: async ({ elb, prod }) => elb.send(new ModifyListenerCommand({ ListenerArn: prod, DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "503" } }] })), status: "Failed", message: /^The ELB could not be updated due to the following error: Primary taskset target group must be behind listener$/ }],
  ["HOOK_EXECUTION_FAILURE", { content: appSpec({ hooks: [{ AfterInstall: "no-such-function" }] }), status: "Failed", message: /^The deployment failed because one or more of the lifecycle event validation functions failed\.$/ }],
  ["IAM_ROLE_MISSING", { before: async ({ parts }) => Promise.resolve(parts.world.slice(iamSlice).roles.splice(0)), status: "Failed", message: new RegExp(`^The IAM role ${role} cannot be found`) }],
  ["IAM_ROLE_PERMISSIONS", { before: async ({ parts }) => Promise.resolve(parts.world.slice(iamSlice).roles.map(({ attachedPolicyArns }) => attachedPolicyArns.splice(0))), status: "Failed", message: new RegExp(`^The IAM role ${role} does not give you permission to perform operations in the following AWS service: AmazonCloudWatch\\.$`) }],
  ["INVALID_ECS_SERVICE", { before: async ({ clock, ecs }) => ecs.send(new DeleteServiceCommand({ cluster: "main", service: "web", force: true })).then(async () => clock.advance(10 * 60_000)), status: "Failed", message: /^The ECS service web of the cluster main could not be found\.$/ }],
  ["INVALID_REVISION", { content: "version: 0\n  Resources: [", status: "Failed", message: /^The deployment failed because the AppSpec file that specifies the deployment configuration is missing or has an invalid configuration\. The input AppSpec file is a not well-formed yaml\. The template cannot be parsed\.$/ }],
  ["MANUAL_STOP", { during: async ({ codedeploy }, deploymentId) => codedeploy.send(new StopDeploymentCommand({ deploymentId })), status: "Stopped", message: /^The deployment was stopped by a call of StopDeployment\.$/ }],
  [
    "TIMEOUT",
    {
      content: appSpec({ taskDefinition: taskDefinitionArn(3) }),
      before: async ({ ecs }) => ecs.send(new RegisterTaskDefinitionCommand({ family: "web", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512", containerDefinitions: [{ name: "proxy", image: "sick", portMappings: [{ containerPort: 8080 }] }] })),
      status: "Failed",
      message: /^The deployment timed out while waiting for the replacement task set to become healthy\. This time out period is 60 minutes\.$/,
    },
  ],
]);

it.each([...provocations])("a deployment ends with %s, by real calls", async (code, { before, content = appSpec(), during, message, status }) => {
  const scene = await setScene();
  const { clock, codedeploy, parts } = scene;
  await before?.(scene);
  const { deploymentId = "" } = await codedeploy.send(new CreateDeploymentCommand({ applicationName: "web", deploymentGroupName: "web", revision: { revisionType: "AppSpecContent", appSpecContent: { content } } }));
  const { deployments } = parts.world.slice(codedeploySlice);
  if (during !== undefined) {
    await clock.runUntil(() => deployments.some(({ stage }) => stage === "AllowTraffic"));
    await during(scene, deploymentId);
  }
  await clock.runUntil(() => !deployments.some(isActive));
  const { deploymentInfo } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
  expect(deploymentInfo).toMatchObject({ status, errorInformation: { code, message: expect.stringMatching(message) as string } });
});

it("of every code that CodeDeploy has, either it is provoked here, or the README says why it never comes", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const section = readme.slice(readme.indexOf("### Codes that never come"), readme.indexOf("## ", readme.indexOf("### Codes that never come") + 4));
  const never = section.split("\n").flatMap((line) => (line.startsWith("| `") ? [...(line.split("|")[1] ?? "").matchAll(/`([A-Z0-9_]+)`/g)].map(([, code = ""]) => code) : []));
  expect([...never, ...provocations.keys()].toSorted()).toEqual(Object.values(ErrorCode).toSorted());
});
