import { createHash } from "node:crypto";
import { CreateDeploymentCommand, GetApplicationRevisionCommand, GetDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { DescribeServicesCommand, RegisterTaskDefinitionCommand, type RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { makeAppSpec } from "../../src/release/appspec.ts";
import { digest } from "./fixtures/task-definition.ts";
import { startWorld } from "./support/start-world.ts";

const arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/notes-task:7";

it("names the task definition, and where requests go", () => {
  const { content, sha256 } = makeAppSpec({ taskDefinitionArn: arn, container: "proxy", port: 8080, hooks: {} });
  expect(JSON.parse(content)).toEqual({
    version: 0,
    Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties: { TaskDefinition: arn, LoadBalancerInfo: { ContainerName: "proxy", ContainerPort: 8080 } } } }],
  });
  expect(sha256).toBe(createHash("sha256").update(content).digest("hex"));
});

it("lists its hooks in the order in which they are called, whatever the order in gitops.json", () => {
  const { content } = makeAppSpec({ taskDefinitionArn: arn, container: "proxy", port: 8080, platformVersion: "1.4.0", hooks: { AfterAllowTraffic: "smoke", AfterAllowTestTraffic: "probe" } });
  expect(JSON.parse(content)).toMatchObject({ Resources: [{ TargetService: { Properties: { PlatformVersion: "1.4.0" } } }], Hooks: [{ AfterAllowTestTraffic: "probe" }, { AfterAllowTraffic: "smoke" }] });
});

it("is what a deployment goes by: the new task set has its task definition, and all traffic", async () => {
  const { clients, names, putImage, untilOver } = await startWorld();
  const [ecs, codedeploy] = [await clients.ecs(), await clients.codedeploy()];
  const image = putImage("notes-proxy", "c0ffee0");
  const input: RegisterTaskDefinitionCommandInput = { family: names.family, requiresCompatibilities: ["FARGATE"], networkMode: "awsvpc", cpu: "256", memory: "512", executionRoleArn: "arn:aws:iam::123456789012:role/notes-execution", containerDefinitions: [{ name: "proxy", image, portMappings: [{ containerPort: 8080 }] }] };
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(input));
  const appSpec = makeAppSpec({ taskDefinitionArn: taskDefinition?.taskDefinitionArn ?? "", container: "proxy", port: 8080, hooks: {} });
  const { deploymentId } = await codedeploy.send(new CreateDeploymentCommand({ applicationName: names.application, deploymentGroupName: names.deploymentGroup, revision: { revisionType: "AppSpecContent", appSpecContent: appSpec } }));
  await untilOver();
  expect((await codedeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo).toMatchObject({ status: "Succeeded", revision: { appSpecContent: { sha256: appSpec.sha256 } } });
  const { revision } = await codedeploy.send(new GetApplicationRevisionCommand({ applicationName: names.application, revision: { revisionType: "AppSpecContent", appSpecContent: { sha256: appSpec.sha256 } } }));
  expect(revision?.appSpecContent?.content).toBe(appSpec.content);
  const { services: [service] = [] } = await ecs.send(new DescribeServicesCommand({ cluster: names.cluster, services: [names.service] }));
  expect(service?.taskSets?.filter(({ status }) => status === "PRIMARY")).toMatchObject([{ taskDefinition: taskDefinition?.taskDefinitionArn, externalId: deploymentId }]);
});

it("with a checksum that is not its own is refused: the two belong together", async () => {
  const { clients, names } = await startWorld({ notReady: true });
  const { content } = makeAppSpec({ taskDefinitionArn: arn, container: "proxy", port: 8080, hooks: {} });
  const wrong = { content, sha256: digest.slice("sha256:".length) };
  await expect((await clients.codedeploy()).send(new CreateDeploymentCommand({ applicationName: names.application, deploymentGroupName: names.deploymentGroup, revision: { revisionType: "AppSpecContent", appSpecContent: wrong } }))).rejects.toThrow();
});
