import { AddTagsCommand, CreateListenerCommand, CreateLoadBalancerCommand, CreateRuleCommand, CreateTargetGroupCommand, DeleteLoadBalancerCommand, ElasticLoadBalancingV2Client, ModifyListenerCommand, ModifyRuleCommand, RegisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, it } from "vitest";
import { createRole, putRolePolicy } from "../../src/iam/create.ts";
import { startBalanced, type Balanced } from "../load-balancer/balanced.ts";

const arn = (rest: string): string => `arn:aws:elasticloadbalancing:eu-west-1:123456789012:${rest}`;
const allow = (Action: string, Resource: string, Condition?: object): object => ({ Effect: "Allow", Action: `elasticloadbalancing:${Action}`, Resource, ...(Condition && { Condition }) });
const document = (Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });

/** The load balancer of the operator, and a client of a role that may do what the statements say. */
async function startAs(...statements: readonly object[]): Promise<Balanced & { readonly as: ElasticLoadBalancingV2Client }> {
  const balanced = await startBalanced();
  const { client, rehearsal } = balanced;
  createRole(rehearsal.parts, { RoleName: "ci", AssumeRolePolicyDocument: document([{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::123456789012:root" } }]) });
  putRolePolicy(rehearsal.parts, { RoleName: "ci", PolicyName: "own", PolicyDocument: document(statements) });
  const { Credentials: { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = {} } = await new STSClient(client).send(new AssumeRoleCommand({ RoleArn: "arn:aws:iam::123456789012:role/ci", RoleSessionName: "run-1" }));
  return { ...balanced, as: new ElasticLoadBalancingV2Client({ ...client, credentials: { accessKeyId, secretAccessKey } }) };
}

const denied = (action: string, resource: string): object => ({ name: "AccessDenied", message: expect.stringContaining(`elasticloadbalancing:${action} on resource: ${resource} because`) as string });

it("asks for AddTags as well where what is made gets tags, with what made it", async () => {
  const { as } = await startAs(allow("CreateTargetGroup", "*"), allow("CreateLoadBalancer", "*", { StringEquals: { "elasticloadbalancing:Scheme": "internal" } }), allow("AddTags", arn("targetgroup/*"), { StringEquals: { "elasticloadbalancing:CreateAction": "CreateTargetGroup", "aws:RequestTag/team": "notes" } }));
  const group = (Name: string, Value: string): CreateTargetGroupCommand => new CreateTargetGroupCommand({ Name, Protocol: "HTTP", Port: 80, TargetType: "ip", Tags: [{ Key: "team", Value }] });
  const { TargetGroups: [made] = [] } = await as.send(group("one", "notes"));
  await expect(as.send(group("two", "others"))).rejects.toMatchObject(denied("AddTags", arn("targetgroup/two/*")));
  await expect(as.send(new AddTagsCommand({ ResourceArns: [made?.TargetGroupArn ?? ""], Tags: [{ Key: "team", Value: "notes" }] }))).rejects.toMatchObject(denied("AddTags", made?.TargetGroupArn ?? ""));
  await as.send(new CreateLoadBalancerCommand({ Name: "inner", Subnets: ["a", "b"], Scheme: "internal" }));
  await expect(as.send(new CreateLoadBalancerCommand({ Name: "outer", Subnets: ["a", "b"] }))).rejects.toMatchObject(denied("CreateLoadBalancer", arn("loadbalancer/app/outer/*")));
});

it("knows the tags that a resource has, and the protocol of a listener", async () => {
  const { as, elb, groups, listenerArn, loadBalancerArn } = await startAs(allow("*", "*", { StringEquals: { "aws:ResourceTag/team": "notes" } }), allow("CreateListener", "*", { StringEquals: { "elasticloadbalancing:ListenerProtocol": "HTTPS" } }));
  const register = new RegisterTargetsCommand({ TargetGroupArn: groups.blue, Targets: [] });
  await expect(as.send(register)).rejects.toMatchObject(denied("RegisterTargets", groups.blue));
  await elb.send(new AddTagsCommand({ ResourceArns: [groups.blue], Tags: [{ Key: "team", Value: "notes" }] }));
  await as.send(register);
  const listen = (input: object): CreateListenerCommand => new CreateListenerCommand({ LoadBalancerArn: loadBalancerArn, Port: 8443, DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }], ...input });
  await expect(as.send(listen({ Protocol: "HTTP" }))).rejects.toMatchObject(denied("CreateListener", loadBalancerArn));
  await as.send(listen({ Protocol: "HTTPS", Certificates: [{ CertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1" }] }));
  await expect(as.send(new ModifyListenerCommand({ ListenerArn: listenerArn }))).rejects.toMatchObject(denied("ModifyListener", listenerArn));
});

it("judges a rule by the listener it is made on, and by itself afterwards", async () => {
  const { as, groups, listenerArn, loadBalancerArn } = await startAs(allow("CreateRule", arn("listener/app/web/*")), allow("ModifyRule", arn("listener-rule/app/other/*")));
  const { Rules: [rule] = [] } = await as.send(new CreateRuleCommand({ ListenerArn: listenerArn, Priority: 1, Conditions: [{ Field: "path-pattern", Values: ["/a"] }], Actions: [{ Type: "forward", TargetGroupArn: groups.green }] }));
  await expect(as.send(new ModifyRuleCommand({ RuleArn: rule?.RuleArn }))).rejects.toMatchObject(denied("ModifyRule", rule?.RuleArn ?? ""));
  await expect(as.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: loadBalancerArn }))).rejects.toMatchObject(denied("DeleteLoadBalancer", loadBalancerArn));
});
