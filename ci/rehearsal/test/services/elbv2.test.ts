import { AddTagsCommand, CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, DescribeListenersCommand, DescribeLoadBalancersCommand, DescribeRulesCommand, DescribeTagsCommand, DescribeTargetGroupAttributesCommand, DescribeTargetGroupsCommand, DescribeTargetHealthCommand, ModifyListenerCommand, ModifyTargetGroupAttributesCommand, ModifyTargetGroupCommand, RegisterTargetsCommand, RemoveTagsCommand, SetIpAddressTypeCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { answering, startBalanced } from "../load-balancer/balanced.ts";

it("shows a weighted forward without a target group of its own, and one target group twice", async () => {
  const { elb, listenerArn, groups } = await startBalanced();
  const shown = async (): Promise<unknown> => (await elb.send(new DescribeListenersCommand({ ListenerArns: [listenerArn] }))).Listeners?.[0]?.DefaultActions?.[0];
  expect(await shown()).toEqual({ Type: "forward", ForwardConfig: { TargetGroups: [{ TargetGroupArn: groups.blue, Weight: 100 }, { TargetGroupArn: groups.green, Weight: 0 }], TargetGroupStickinessConfig: { Enabled: false } } });
  await elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: [{ Type: "forward", TargetGroupArn: groups.green }] }));
  expect(await shown()).toEqual({ Type: "forward", TargetGroupArn: groups.green, ForwardConfig: { TargetGroups: [{ TargetGroupArn: groups.green, Weight: 1 }], TargetGroupStickinessConfig: { Enabled: false } } });
});

it.each([
  ["a weight over 999", 1000, "ValidationError", "Weight '1000' must be between 0 and 999"],
  ["a negative weight", -1, "ValidationError", "Weight '-1' must be between 0 and 999"],
])("refuses %s", async (_what, weight, name, message) => {
  const { elb, listenerArn, groups } = await startBalanced();
  const call = elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: [{ Type: "forward", ForwardConfig: { TargetGroups: [{ TargetGroupArn: groups.blue, Weight: weight }] } }] }));
  await expect(call).rejects.toMatchObject({ name, message });
});

it("has AWS's errors for what is not there, or there already", async () => {
  const { elb, listenerArn, loadBalancerArn, groups } = await startBalanced();
  const missing = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/none/0123456789abcdef";
  const forward = [{ Type: "forward" as const, TargetGroupArn: missing }];
  await expect(elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: forward }))).rejects.toMatchObject({ name: "TargetGroupNotFoundException" });
  await expect(elb.send(new ModifyListenerCommand({ ListenerArn: `${listenerArn}0`, DefaultActions: forward }))).rejects.toMatchObject({ name: "ListenerNotFoundException" });
  await expect(elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: missing }))).rejects.toMatchObject({ name: "TargetGroupNotFoundException" });
  await expect(elb.send(new DescribeTargetGroupsCommand({ Names: ["none"] }))).rejects.toMatchObject({ name: "TargetGroupNotFoundException", message: "One or more target groups not found" });
  await expect(elb.send(new DescribeLoadBalancersCommand({ Names: ["none"] }))).rejects.toMatchObject({ name: "LoadBalancerNotFoundException" });
  await expect(elb.send(new CreateListenerCommand({ LoadBalancerArn: loadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions: [{ Type: "forward", TargetGroupArn: groups.blue }] }))).rejects.toMatchObject({ name: "DuplicateListenerException" });
  await expect(elb.send(new CreateTargetGroupCommand({ Name: "blue", Protocol: "HTTP", Port: 1, TargetType: "ip" }))).rejects.toMatchObject({ name: "DuplicateTargetGroupNameException" });
  await expect(elb.send(new CreateLoadBalancerCommand({ Name: "web", Subnets: ["subnet-c", "subnet-d"] }))).rejects.toMatchObject({ name: "DuplicateLoadBalancerNameException" });
});

it("keeps a target group behind one load balancer", async () => {
  const { elb, groups } = await startBalanced();
  const { LoadBalancers: [other] = [] } = await elb.send(new CreateLoadBalancerCommand({ Name: "other", Subnets: ["subnet-a", "subnet-b"] }));
  await expect(elb.send(new CreateListenerCommand({ LoadBalancerArn: other?.LoadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions: [{ Type: "forward", TargetGroupArn: groups.blue }] }))).rejects.toMatchObject({ name: "TargetGroupAssociationLimitException" });
});

it("says of targets of a group that no listener forwards to that they are unused", async () => {
  const { elb, addTarget, health, listenerArn, groups, clock } = await startBalanced();
  await elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: [{ Type: "forward", TargetGroupArn: groups.blue }] }));
  await addTarget("green", "10.0.1.2", answering("green"));
  await clock.advance(5000);
  expect(await health("green")).toMatchObject([{ State: "unused", Reason: "Target.NotInUse" }]);
  await elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: [{ Type: "forward", TargetGroupArn: groups.green }] }));
  expect(await health("green")).toMatchObject([{ State: "initial" }]);
  await clock.advance(1000);
  expect(await health("green")).toMatchObject([{ State: "healthy" }]);
});

it("shows a target that is not registered as such, and refuses one that is no address", async () => {
  const { elb, groups } = await startBalanced();
  const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: groups.blue, Targets: [{ Id: "10.0.9.9", Port: 8080 }] }));
  expect(TargetHealthDescriptions).toMatchObject([{ TargetHealth: { State: "unused", Reason: "Target.NotRegistered" } }]);
  await expect(elb.send(new RegisterTargetsCommand({ TargetGroupArn: groups.blue, Targets: [{ Id: "i-0123" }] }))).rejects.toMatchObject({ name: "ValidationError" });
});

it("changes a target group's checks and attributes, and refuses what AWS refuses", async () => {
  const { elb, groups } = await startBalanced();
  const { TargetGroups } = await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: groups.blue, HealthCheckPath: "/ready", Matcher: { HttpCode: "200-299" } }));
  expect(TargetGroups).toMatchObject([{ HealthCheckPath: "/ready", HealthCheckIntervalSeconds: 10, Matcher: { HttpCode: "200-299" } }]);
  await expect(elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: groups.blue, HealthCheckIntervalSeconds: 4 }))).rejects.toMatchObject({ name: "ValidationError" });
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: groups.blue, Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "30" }] }));
  expect((await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: groups.blue }))).Attributes).toContainEqual({ Key: "deregistration_delay.timeout_seconds", Value: "30" });
});

it("has the default rule of a listener, tags, and says what it does not have", async () => {
  const { elb, listenerArn, groups, loadBalancerArn } = await startBalanced();
  expect((await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }))).Rules).toMatchObject([{ Priority: "default", IsDefault: true }]);
  await expect(elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn: loadBalancerArn, IpAddressType: "ipv4" }))).rejects.toThrow("operations/set-ip-address-type.ts");
  await elb.send(new AddTagsCommand({ ResourceArns: [groups.blue], Tags: [{ Key: "team", Value: "notes" }] }));
  expect((await elb.send(new DescribeTagsCommand({ ResourceArns: [groups.blue, loadBalancerArn] }))).TagDescriptions).toMatchObject([{ Tags: [{ Key: "team", Value: "notes" }] }, {}]);
  await elb.send(new RemoveTagsCommand({ ResourceArns: [groups.blue], TagKeys: ["team"] }));
  expect((await elb.send(new DescribeTagsCommand({ ResourceArns: [groups.blue] }))).TagDescriptions).toMatchObject([{ Tags: [] }]);
});
