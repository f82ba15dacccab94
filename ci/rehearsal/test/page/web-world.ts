import { CodeDeployClient, CreateApplicationCommand, CreateDeploymentCommand, CreateDeploymentGroupCommand } from "@aws-sdk/client-codedeploy";
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { CreateClusterCommand, CreateServiceCommand, ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { attachRolePolicy, createRole } from "../../src/iam/create.ts";
import type { Parts } from "../../src/parts.ts";
import { createListener, createLoadBalancer, createTargetGroup } from "../../src/services/elbv2/create.ts";
import { elbv2State } from "../../src/services/elbv2/state.ts";
import { InProcessTaskProvider } from "../../src/tasks/in-process-provider.ts";
import { taskProvider } from "../../src/tasks/task-provider.ts";
import type { ClientSettings } from "../support/rehearsal.ts";

/** A small web service as somebody would have it, made by the API, so that all of it stands on the timeline. */

export interface WebOptions {
  readonly config?: string;
  readonly readyWaitMinutes?: number;
  readonly terminationWaitMinutes?: number;
}

/** Before anything runs: tasks that answer in this process, with a response time of about so many milliseconds. */
export const inProcessWeb =
  (latencyMs: (share: number) => number = () => 0) =>
  (parts: Parts): void => {
    const wait = async (): Promise<Response> => {
      const { promise, resolve } = Promise.withResolvers<Response>();
      const delayMs = latencyMs(Number.parseInt(parts.ids.hex(4), 16) / 65_536);
      const answer = (): void => { resolve(new Response("ok")); };
      if (delayMs === 0) answer();
      else setTimeout(answer, delayMs);
      return promise;
    };
    parts.provide(taskProvider, new InProcessTaskProvider({ parts, images: { web: () => wait, proxy: () => wait }, startMs: 2000 }));
  };

export async function makeWeb(parts: Parts, client: ClientSettings, options: WebOptions = {}): Promise<{ readonly production: string; readonly test: string }> {
  createRole(parts, { RoleName: "codedeploy", AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "codedeploy.amazonaws.com" }, Action: "sts:AssumeRole" }] }) });
  attachRolePolicy(parts, { RoleName: "codedeploy", PolicyArn: "arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS" });
  const { arn: LoadBalancerArn } = createLoadBalancer(parts, { Name: "notes", Subnets: ["subnet-a", "subnet-b"] });
  const [blue = ""] = ["notes-blue", "notes-green"].map((Name) => createTargetGroup(parts, { Name, Protocol: "HTTP", Port: 8080, VpcId: "vpc-1", TargetType: "ip", HealthCheckPath: "/", HealthyThresholdCount: 2 }).arn);
  const listen = (Port: number): string => createListener(parts, { LoadBalancerArn, Protocol: "HTTP", Port, DefaultActions: [{ Type: "forward", TargetGroupArn: blue }] }).arn;
  const [production, test] = [listen(80), listen(9000)];
  const ecs = new ECSClient(client);
  await ecs.send(new CreateClusterCommand({ clusterName: "notes" }));
  for (let revision = 1; revision <= 2; revision += 1) {
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "notes-task",
        cpu: "256",
        memory: "512",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        containerDefinitions: [
          { name: "proxy", image: `proxy:${String(revision)}`, essential: true, portMappings: [{ containerPort: 8080 }] },
          { name: "web", image: `web:${String(revision)}`, essential: true, healthCheck: { command: ["CMD-SHELL", "true"] } },
        ],
      }),
    );
  }
  await ecs.send(
    new CreateServiceCommand({
      cluster: "notes",
      serviceName: "notes",
      taskDefinition: "notes-task:1",
      desiredCount: 2,
      launchType: "FARGATE",
      deploymentController: { type: "CODE_DEPLOY" },
      loadBalancers: [{ targetGroupArn: blue, containerName: "proxy", containerPort: 8080 }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-a", "subnet-b"], securityGroups: ["sg-1"] } },
    }),
  );
  await makeAlarms(parts, new CloudWatchClient(client), LoadBalancerArn);
  await makeGroup(new CodeDeployClient(client), { production, test }, options);
  return { production, test };
}

async function makeAlarms(parts: Parts, cloudwatch: CloudWatchClient, loadBalancerArn: string): Promise<void> {
  for (const { name, arn } of elbv2State(parts).targetGroups) {
    const AlarmName = `${name}-5xx`;
    const dimension = (of: string): string => of.replace(/^.*?:(?=targetgroup\/)|^.*:loadbalancer\//, "");
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        AlarmDescription: "More than 10 answers with 5xx in each of two minutes",
        Namespace: "AWS/ApplicationELB",
        MetricName: "HTTPCode_Target_5XX_Count",
        Dimensions: [{ Name: "TargetGroup", Value: dimension(arn) }, { Name: "LoadBalancer", Value: dimension(loadBalancerArn) }],
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 2,
        Threshold: 10,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "notBreaching",
      }),
    );
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: "OK", StateReason: "It has just been made." }));
  }
}

async function makeGroup(codedeploy: CodeDeployClient, { production, test }: { readonly production: string; readonly test: string }, { config = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes", readyWaitMinutes, terminationWaitMinutes = 5 }: WebOptions): Promise<void> {
  await codedeploy.send(new CreateApplicationCommand({ applicationName: "notes", computePlatform: "ECS" }));
  await codedeploy.send(
    new CreateDeploymentGroupCommand({
      applicationName: "notes",
      deploymentGroupName: "notes",
      deploymentConfigName: config,
      serviceRoleArn: "arn:aws:iam::123456789012:role/codedeploy",
      ecsServices: [{ clusterName: "notes", serviceName: "notes" }],
      deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: readyWaitMinutes === undefined ? { actionOnTimeout: "CONTINUE_DEPLOYMENT" } : { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: readyWaitMinutes },
        terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: terminationWaitMinutes },
      },
      loadBalancerInfo: { targetGroupPairInfoList: [{ targetGroups: [{ name: "notes-blue" }, { name: "notes-green" }], prodTrafficRoute: { listenerArns: [production] }, testTrafficRoute: { listenerArns: [test] } }] },
      alarmConfiguration: { enabled: true, alarms: [{ name: "notes-blue-5xx" }, { name: "notes-green-5xx" }] },
      autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] },
    }),
  );
}

/** Returns its id. */
export async function deployWeb(client: ClientSettings, revision = 2): Promise<string> {
  const content = JSON.stringify({ version: 0, Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties: { TaskDefinition: `arn:aws:ecs:eu-west-1:123456789012:task-definition/notes-task:${String(revision)}`, LoadBalancerInfo: { ContainerName: "proxy", ContainerPort: 8080 } } } }] });
  const { deploymentId = "" } = await new CodeDeployClient(client).send(new CreateDeploymentCommand({ applicationName: "notes", deploymentGroupName: "notes", revision: { revisionType: "AppSpecContent", appSpecContent: { content } } }));
  return deploymentId;
}
