import { expect, it } from "vitest";
import { InvalidAppSpec, parseAppSpec } from "../../../src/services/codedeploy/appspec.ts";

const json = (properties: object = {}, more: object = {}): string =>
  JSON.stringify({ version: 0, Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties: { TaskDefinition: "arn:td", LoadBalancerInfo: { ContainerName: "proxy", ContainerPort: 80 }, ...properties } } }], ...more });

const plain = { taskDefinition: "arn:td", containerName: "proxy", containerPort: 80, hooks: {} };

it.each([
  ["JSON", json(), plain],
  ["YAML with a quoted version", 'version: "0.0"\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n        TaskDefinition: arn:td\n        LoadBalancerInfo:\n          ContainerName: proxy\n          ContainerPort: 80\n', plain],
  ["YAML with version 0.0", json().replace('"version":0', '"version":0.0'), plain],
  ["keys in another case", '{"version":1,"resources":[{"targetService":{"type":"AWS::ECS::Service","properties":{"taskDefinition":"arn:td","loadBalancerInfo":{"containerName":"proxy","containerPort":"80"}}}}]}', plain],
  ["hooks", json({}, { Hooks: [{ BeforeInstall: "check" }, { AfterAllowTestTraffic: "arn:aws:lambda:eu-west-1:123456789012:function:smoke" }] }), { ...plain, hooks: { BeforeInstall: "check", AfterAllowTestTraffic: "arn:aws:lambda:eu-west-1:123456789012:function:smoke" } }],
  ["a network and a platform version", json({ PlatformVersion: "1.4.0", NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ["subnet-1"], SecurityGroups: ["sg-1"], AssignPublicIp: "DISABLED" } } }), { ...plain, platformVersion: "1.4.0", network: { subnets: ["subnet-1"], securityGroups: ["sg-1"], assignPublicIp: "DISABLED" } }],
])("reads an AppSpec: %s", (_name, content, expected) => {
  expect(parseAppSpec(content)).toEqual(expected);
});

it.each([
  ["no YAML", "version: 0\n  Resources: [", "is a not well-formed yaml. The template cannot be parsed."],
  ["nothing", "", "has to be a map"],
  ["a text", "hello", "has to be a map"],
  ["a version of the future", '{"version": 7}', "version"],
  ["no resources", '{"version": 0}', "exactly one target service"],
  ["two resources", '{"version": 0, "Resources": [{}, {}]}', "exactly one target service"],
  ["another type", json().replace("AWS::ECS::Service", "AWS::Lambda::Function"), "has to be AWS::ECS::Service"],
  ["no task definition", json({ TaskDefinition: undefined }), "has to have TaskDefinition"],
  ["a list of load balancers", json({ LoadBalancerInfo: [{ ContainerName: "proxy", ContainerPort: 80 }] }), "LoadBalancerInfo has to be a map"],
  ["no container port", json({ LoadBalancerInfo: { ContainerName: "proxy" } }), "ContainerPort"],
  ["half a network", json({ NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ["subnet-1"] } } }), "all of Subnets, SecurityGroups and AssignPublicIp"],
  ["a hook that there is not", json({}, { Hooks: [{ AfterInstal: "x" }] }), "afterinstal, which is none of"],
  ["hooks that are no list", json({}, { Hooks: { AfterInstall: "x" } }), "Hooks has to be a list"],
  ["aliases without end", "a: &a [x]\nversion: *b", "is a not well-formed yaml"],
])("refuses an AppSpec: %s", (_name, content, message) => {
  expect(() => parseAppSpec(content)).toThrow(InvalidAppSpec);
  expect(() => parseAppSpec(content)).toThrow(message);
  expect(() => parseAppSpec(content)).toThrow("The deployment failed because the AppSpec file that specifies the deployment configuration is missing or has an invalid configuration.");
});
