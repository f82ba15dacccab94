import { CreateRuleCommand, DeleteListenerCommand, DeleteLoadBalancerCommand, DeleteTargetGroupCommand, DescribeListenersCommand, DescribeLoadBalancerAttributesCommand, DescribeLoadBalancersCommand, DescribeRulesCommand, DescribeTargetGroupsCommand, ModifyListenerCommand, ModifyLoadBalancerAttributesCommand, CreateListenerCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { balancer } from "../../src/load-balancer/balancer.ts";
import { answering, startBalanced } from "../load-balancer/balanced.ts";

it("deletes a listener with its rules, and answers there no longer", async () => {
  const { addTarget, clock, elb, groups, health, listenerArn, loadBalancerArn, rehearsal, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", answering("blue"));
  await clock.advance(2000);
  const { Rules: [rule] = [] } = await elb.send(new CreateRuleCommand({ ListenerArn: listenerArn, Priority: 1, Conditions: [{ Field: "path-pattern", Values: ["/a"] }], Actions: [{ Type: "forward", TargetGroupArn: groups.green }] }));
  expect((await fetch(url)).status).toBe(200);
  await elb.send(new DeleteListenerCommand({ ListenerArn: listenerArn }));
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  expect(await health("blue")).toMatchObject([{ State: "unused" }]);
  await expect(elb.send(new DescribeRulesCommand({ RuleArns: [rule?.RuleArn ?? ""] }))).rejects.toMatchObject({ name: "RuleNotFoundException" });
  await expect(elb.send(new DeleteListenerCommand({ ListenerArn: listenerArn }))).rejects.toMatchObject({ name: "ListenerNotFoundException" });
  // The port of the load balancer is free again.
  const { Listeners: [other] = [] } = await elb.send(new CreateListenerCommand({ LoadBalancerArn: loadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions: [{ Type: "forward", TargetGroupArn: groups.blue }] }));
  expect(await (await fetch(await rehearsal.parts.get(balancer).addressOf(other?.ListenerArn ?? ""))).text()).toBe("blue");
});

it("does not delete a target group that a listener or a rule forwards to", async () => {
  const { addTarget, clock, elb, groups, listenerArn } = await startBalanced();
  await addTarget("green", "10.0.1.2", answering("green"));
  await elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: [{ Type: "forward", TargetGroupArn: groups.blue }] }));
  await elb.send(new CreateRuleCommand({ ListenerArn: listenerArn, Priority: 1, Conditions: [{ Field: "path-pattern", Values: ["/a"] }], Actions: [{ Type: "forward", TargetGroupArn: groups.green }] }));
  for (const TargetGroupArn of Object.values(groups)) await expect(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }))).rejects.toMatchObject({ name: "ResourceInUseException", message: `Target group '${TargetGroupArn}' is currently in use by a listener or a rule` });
  await elb.send(new DeleteListenerCommand({ ListenerArn: listenerArn }));
  await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: groups.green }));
  await clock.advance(60_000);
  expect((await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups).toMatchObject([{ TargetGroupName: "blue" }]);
  // As on AWS, what is gone can be deleted again.
  await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: groups.green }));
});

it("deletes a load balancer with its listeners, unless it is protected", async () => {
  const { elb, groups, listenerArn, loadBalancerArn, url } = await startBalanced();
  const protect = (Value: string): ModifyLoadBalancerAttributesCommand => new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: loadBalancerArn, Attributes: [{ Key: "deletion_protection.enabled", Value }, { Key: "idle_timeout.timeout_seconds", Value: "120" }] });
  await elb.send(protect("true"));
  expect((await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: loadBalancerArn }))).Attributes).toEqual(expect.arrayContaining([{ Key: "deletion_protection.enabled", Value: "true" }, { Key: "idle_timeout.timeout_seconds", Value: "120" }]));
  await expect(elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: loadBalancerArn }))).rejects.toMatchObject({ name: "OperationNotPermittedException", message: `Load balancer '${loadBalancerArn}' cannot be deleted because deletion protection is enabled` });
  await expect(elb.send(protect("perhaps"))).rejects.toMatchObject({ name: "ValidationError" });
  await elb.send(protect("false"));
  await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: loadBalancerArn }));
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  expect((await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toEqual([]);
  await expect(elb.send(new DescribeListenersCommand({ ListenerArns: [listenerArn] }))).rejects.toMatchObject({ name: "ListenerNotFoundException" });
  await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: groups.blue }));
});
