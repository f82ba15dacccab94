import { DescribeAlarmHistoryCommand, DescribeAlarmsCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import {
  ContinueDeploymentCommand,
  CreateDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
} from "@aws-sdk/client-codedeploy";
import { DeregisterTaskDefinitionCommand, DescribeServicesCommand, DescribeTasksCommand, DescribeTaskSetsCommand, ListTasksCommand, RegisterTaskDefinitionCommand, StopTaskCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { DescribeListenersCommand, DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { faults } from "../../../src/faults/faults.ts";
import { faultSchema } from "../../../src/faults/fault.ts";
import { iamSlice } from "../../../src/iam/state.ts";
import { elbv2Slice } from "../../../src/services/elbv2/state.ts";
import { appSpec } from "../../services/codedeploy/inputs.ts";
import { taskDefinitionInput } from "../../services/ecs/setting.ts";
import { forEcs } from "../seed-world.ts";
import type { Act } from "./acts.ts";
import type { Stage } from "./stage.ts";

const inService = { cluster: "main", service: "web" };
const group = { applicationName: "web", deploymentGroupName: "web" };

/** Does it by the API, as anybody would; what is refused in the state that things are in is no matter. */
export async function perform(stage: Stage, act: Act): Promise<void> {
  const { clients, parts } = stage;
  const { cloudwatch, codedeploy, ecs } = clients;
  const deploymentId = stage.active?.id;
  switch (act.kind) {
    case "pass":
      return stage.pass(act.seconds * 1000);
    case "deploy":
      return deploy(stage, act);
    case "register":
      await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput()));
      return;
    case "deregister":
      await unlessRefused(ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "web:2" })));
      return;
    case "stop":
      if (deploymentId !== undefined) await codedeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: act.rollback }));
      return;
    case "continue":
      if (deploymentId !== undefined) await unlessRefused(codedeploy.send(new ContinueDeploymentCommand({ deploymentId, deploymentWaitType: act.wait })));
      return;
    case "answer-hook":
      if (deploymentId !== undefined) await unlessRefused(codedeploy.send(new PutLifecycleEventHookExecutionStatusCommand({ deploymentId, lifecycleEventHookExecutionId: stage.active?.hook?.executionId, status: act.status })));
      return;
    case "alarm":
      await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "errors", StateValue: act.state, StateReason: "a test" }));
      return;
    case "scale":
      await ecs.send(new UpdateServiceCommand({ ...inService, desiredCount: act.desiredCount }));
      return;
    case "kill-tasks":
      return killTasks(stage, act.one);
    case "fault":
      parts.get(faults).inject(faultSchema.parse({ ...act.fault, when: act.when }));
      return;
    case "no-faults":
      for (const { id } of parts.get(faults).list()) parts.get(faults).remove(id);
      return;
    case "deny":
      for (const role of parts.world.slice(iamSlice).roles) role.attachedPolicyArns = act.isDenied ? [] : [forEcs];
      return;
    case "restart":
      return stage.restart();
    case "reach":
      return stage.reach(act.place);
    case "look":
      return look(stage);
  }
}

async function deploy({ clients: { codedeploy, ecs } }: Stage, act: Extract<Act, { kind: "deploy" }>): Promise<void> {
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ containerDefinitions: [{ name: "proxy", image: act.image, portMappings: [{ containerPort: 8080 }] }] })));
  const whole = appSpec({ taskDefinition: taskDefinition?.taskDefinitionArn ?? "", ...(act.hook === undefined ? {} : { hooks: [{ [act.hook.event]: act.hook.name }] }) });
  const content = { whole, "other-container": whole.replace('"proxy"', '"other"'), "no-yaml": "a: [" }[act.appSpec];
  await unlessRefused(codedeploy.send(new CreateDeploymentCommand({ ...group, deploymentConfigName: act.config, revision: { revisionType: "AppSpecContent", appSpecContent: { content } } })));
}

async function killTasks({ clients: { ecs } }: Stage, one: boolean): Promise<void> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: "main" }));
  for (const task of one ? taskArns.slice(0, 1) : taskArns) await ecs.send(new StopTaskCommand({ cluster: "main", task }));
}

/** Everything that a tool asks for; none of it may fail, whatever the state. */
export async function look({ clients: { cloudwatch, codedeploy, ecs, elb }, parts }: Stage): Promise<void> {
  const { services: [service] = [] } = await ecs.send(new DescribeServicesCommand({ cluster: "main", services: ["web"] }));
  await ecs.send(new DescribeTaskSetsCommand(inService));
  for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: "main", desiredStatus }));
    if (taskArns.length > 0) await ecs.send(new DescribeTasksCommand({ cluster: "main", tasks: taskArns }));
  }
  if (service?.taskSets?.filter(({ status }) => status === "PRIMARY").length !== 1) throw new Error("DescribeServices does not show one primary task set");
  await codedeploy.send(new GetDeploymentGroupCommand(group));
  const { deployments = [] } = await codedeploy.send(new ListDeploymentsCommand(group));
  for (const deploymentId of deployments) {
    const { deploymentInfo } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
    if (deploymentInfo?.status !== "Created") await codedeploy.send(new GetDeploymentTargetCommand({ deploymentId, targetId: "main:web" }));
  }
  await elb.send(new DescribeListenersCommand({ LoadBalancerArn: parts.world.slice(elbv2Slice).loadBalancers[0]?.arn }));
  for (const { TargetGroupArn } of (await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? []) await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  await cloudwatch.send(new DescribeAlarmsCommand({}));
  await cloudwatch.send(new DescribeAlarmHistoryCommand({}));
}

/** A refusal of the API is an answer; that the rehearsal itself failed is none. */
async function unlessRefused(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof Error) || error.name === "InternalFailure") throw error;
  });
}
