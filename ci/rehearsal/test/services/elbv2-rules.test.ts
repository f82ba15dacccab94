import { request } from "node:http";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { AddTagsCommand, CreateRuleCommand, DeleteRuleCommand, DescribeRulesCommand, DescribeTargetHealthCommand, ModifyListenerCommand, ModifyRuleCommand, SetRulePrioritiesCommand, type CreateRuleInput, type RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { LoadGenerator } from "../../src/load/generator.ts";
import { answering, startBalanced, type Balanced } from "../load-balancer/balanced.ts";

const path = (...Values: string[]): RuleCondition => ({ Field: "path-pattern", PathPatternConfig: { Values } });

/** The listener answers `default`; a rule with the conditions sends to green, which answers `green`. */
async function startWithRule(conditions: readonly RuleCondition[], changes: Partial<CreateRuleInput> = {}): Promise<Balanced & { readonly ruleArn: string; readonly ask: (target: string, options?: { readonly method?: string; readonly headers?: Record<string, string> }) => Promise<string> }> {
  const balanced = await startBalanced();
  const { addTarget, elb, groups, listenerArn, url } = balanced;
  await elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200", MessageBody: "default" } }] }));
  const { Rules: [rule] = [] } = await elb.send(new CreateRuleCommand({ ListenerArn: listenerArn, Priority: 10, Conditions: [...conditions], Actions: [{ Type: "forward", TargetGroupArn: groups.green }], ...changes }));
  await addTarget("green", "10.0.1.2", answering("green"));
  await addTarget("blue", "10.0.1.1", answering("blue"));
  return {
    ...balanced,
    ruleArn: rule?.RuleArn ?? "",
    // `fetch` sets the host itself.
    ask: async (target, { method = "GET", headers = {} } = {}) => {
      const [response] = (await once(request(new URL(target, url), { method, headers }).end(), "response")) as [IncomingMessage];
      return (await response.toArray()).join("");
    },
  };
}

const meets: readonly (readonly [string, readonly RuleCondition[], string, { readonly method?: string; readonly headers?: Record<string, string> }, string])[] = [
  ["a path by its pattern", [path("/api/*")], "/api/notes", {}, "green"],
  ["a path without its query", [path("/api/notes")], "/api/notes?page=2", {}, "green"],
  ["not a path that is longer", [path("/api")], "/api/notes", {}, "default"],
  ["not a path in another case", [path("/api/*")], "/API/notes", {}, "default"],
  ["one character for a question mark", [path("/v?/notes")], "/v2/notes", {}, "green"],
  ["nothing special in a full stop", [path("/a.b")], "/aXb", {}, "default"],
  ["one of several values", [path("/one", "/two")], "/two", {}, "green"],
  ["a host in any case, and without its port", [{ Field: "host-header", Values: ["*.example.com"] }], "/", { headers: { host: "Notes.Example.COM:8080" } }, "green"],
  ["not another host", [{ Field: "host-header", HostHeaderConfig: { Values: ["notes.example.com"] } }], "/", { headers: { host: "other.example.com" } }, "default"],
  ["all of its conditions", [path("/api/*"), { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["POST"] } }], "/api/notes", { method: "POST" }, "green"],
  ["not one of its conditions alone", [path("/api/*"), { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["POST"] } }], "/api/notes", {}, "default"],
  ["a header by its value, in any case", [{ Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Canary", Values: ["always*"] } }], "/", { headers: { "x-canary": "Always-1" } }, "green"],
];

it.each(meets)("sends by a rule what meets %s", async (_what, conditions, target, options, answer) => {
  const { ask } = await startWithRule(conditions);
  expect(await ask(target, options)).toBe(answer);
});

it("takes load that is sent to a host, by a rule that looks at it", async () => {
  const { url } = await startWithRule([{ Field: "host-header", Values: ["notes.example.com"] }]);
  const loads = [{ host: "notes.example.com" }, { host: "other.example.com:8080" }, {}].map((host) => new LoadGenerator({ url, requestsPerSecond: 200, ...host }).start());
  await expect.poll(() => loads.every((load) => load.summary().requests > 4), { timeout: 60_000 }).toBe(true);
  const taskSets = await Promise.all(loads.map(async (load) => Object.keys((await load.stop()).taskSets)));
  expect(taskSets.map((names) => names.includes("green"))).toEqual([true, false, false]);
});

it("tries rules by their priority, the default one last, and by new priorities at once", async () => {
  const { ask, elb, groups, listenerArn, ruleArn } = await startWithRule([path("/api/*")]);
  const { Rules: [other] = [] } = await elb.send(new CreateRuleCommand({ ListenerArn: listenerArn, Priority: 5, Conditions: [path("/api/notes*")], Actions: [{ Type: "forward", TargetGroupArn: groups.blue }], Tags: [{ Key: "team", Value: "notes" }] }));
  expect([await ask("/api/notes"), await ask("/api/users"), await ask("/")]).toEqual(["blue", "green", "default"]);
  await elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: ruleArn, Priority: 5 }, { RuleArn: other?.RuleArn, Priority: 10 }] }));
  expect(await ask("/api/notes")).toBe("green");
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
  expect(Rules.map(({ RuleArn, Priority, IsDefault }) => [RuleArn, Priority, IsDefault])).toEqual([[ruleArn, "5", false], [other?.RuleArn, "10", false], [expect.any(String), "default", true]]);
  expect(Rules[0]).toMatchObject({ Conditions: [{ Field: "path-pattern", Values: ["/api/*"], PathPatternConfig: { Values: ["/api/*"] } }], Actions: [{ Type: "forward", TargetGroupArn: groups.green }] });
  expect((await elb.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }))).Rules).toHaveLength(1);
});

it("changes and deletes a rule, whose targets are checked for as long as it is there", async () => {
  const { ask, elb, groups, ruleArn, clock } = await startWithRule([path("/api/*")]);
  const states = async (group: string): Promise<unknown> => (await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }))).TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State);
  await clock.advance(2000);
  expect([await states(groups.green), await states(groups.blue)]).toEqual([["healthy"], ["unused"]]);
  expect(await ask("/api/0")).toBe("green");
  const weighted = [{ TargetGroupArn: groups.blue, Weight: 1 }, { TargetGroupArn: groups.green, Weight: 1 }];
  await elb.send(new ModifyRuleCommand({ RuleArn: ruleArn, Actions: [{ Type: "forward", ForwardConfig: { TargetGroups: weighted } }] }));
  expect(new Set([await ask("/api/1"), await ask("/api/2")])).toEqual(new Set(["blue", "green"]));
  await elb.send(new ModifyRuleCommand({ RuleArn: ruleArn, Conditions: [path("/other")] }));
  expect(await ask("/api/1")).toBe("default");
  await elb.send(new DeleteRuleCommand({ RuleArn: ruleArn }));
  expect([await ask("/other"), await states(groups.green)]).toEqual(["default", ["unused"]]);
  await expect(elb.send(new DeleteRuleCommand({ RuleArn: ruleArn }))).rejects.toMatchObject({ name: "RuleNotFoundException" });
});

const refused: readonly (readonly [string, Partial<CreateRuleInput>, string])[] = [
  ["a priority that another has", { Priority: 10 }, "PriorityInUseException"],
  ["a priority that is too high", { Priority: 50_001 }, "ValidationError"],
  ["no conditions", { Conditions: [] }, "ValidationError"],
  ["a condition without a value", { Conditions: [path()] }, "ValidationError"],
  ["a condition that AWS does not have", { Conditions: [{ Field: "cookie", Values: ["a"] }] }, "ValidationError"],
  ["a condition that it cannot judge", { Conditions: [{ Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"] } }] }, "NotImplemented"],
  ["two conditions on one field", { Conditions: [path("/a"), path("/b")] }, "ValidationError"],
  ["six values", { Conditions: [path("/1", "/2", "/3", "/4", "/5", "/6")] }, "ValidationError"],
  ["a target group that is not there", { Actions: [{ Type: "forward", TargetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/none/0" }] }, "TargetGroupNotFoundException"],
  ["a listener that is not there", { ListenerArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/none/0/0" }, "ListenerNotFoundException"],
];

it.each(refused)("refuses a rule with %s", async (_what, changes, name) => {
  const { elb, groups, listenerArn } = await startWithRule([path("/api/*")]);
  const input = { ListenerArn: listenerArn, Priority: 11, Conditions: [path("/other")], Actions: [{ Type: "forward" as const, TargetGroupArn: groups.green }], ...changes };
  await expect(elb.send(new CreateRuleCommand(input))).rejects.toMatchObject({ name });
});

it("does not let the default rule be changed, nor two rules have one priority", async () => {
  const { elb, groups, listenerArn, ruleArn } = await startWithRule([path("/api/*")]);
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
  await expect(elb.send(new DeleteRuleCommand({ RuleArn: Rules.at(-1)?.RuleArn }))).rejects.toMatchObject({ name: "OperationNotPermittedException" });
  await elb.send(new CreateRuleCommand({ ListenerArn: listenerArn, Priority: 11, Conditions: [path("/b")], Actions: [{ Type: "forward", TargetGroupArn: groups.green }] }));
  await expect(elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: ruleArn, Priority: 11 }] }))).rejects.toMatchObject({ name: "PriorityInUseException" });
  await elb.send(new AddTagsCommand({ ResourceArns: [ruleArn], Tags: [{ Key: "team", Value: "notes" }] }));
});
