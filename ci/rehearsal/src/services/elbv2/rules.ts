import type { CreateRuleInput, ModifyRuleInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { balancer } from "../../load-balancer/balancer.ts";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { checkForward, noteStickiness, readAction, tellRule } from "./actions.ts";
import { readConditions } from "./conditions.ts";
import { readTags } from "./create.ts";
import { listenerOf, ruleOf } from "./find.ts";
import { elbSignals } from "./signals.ts";
import { elbv2State, groupsOf, type ListenerAction, type RuleRecord } from "./state.ts";

const highestPriority = 50_000;
/** Without the default ones. Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const mostRules = 100;

export function createRule(parts: Parts, input: CreateRuleInput): RuleRecord {
  const { arn: listenerArn, loadBalancerArn } = listenerOf(parts, input.ListenerArn ?? "");
  if ((input.Transforms ?? []).length > 0) throw noTransforms();
  const priority = checkPriority(input.Priority);
  const { listeners, rules } = elbv2State(parts);
  if (rules.some((other) => other.listenerArn === listenerArn && other.priority === priority)) throw new AwsError("PriorityInUseException", `Priority '${String(priority)}' is currently in use`);
  const ofBalancer = new Set(listeners.filter((other) => other.loadBalancerArn === loadBalancerArn).map(({ arn }) => arn));
  if (rules.filter((other) => ofBalancer.has(other.listenerArn)).length >= mostRules) throw new AwsError("TooManyRulesException", "The maximum number of rules per load balancer has been reached");
  const conditions = readConditions(input.Conditions);
  const action = actionFor(parts, listenerArn, readAction(input.Actions));
  const record: RuleRecord = { arn: `${listenerArn.replace(":listener/", ":listener-rule/")}/${parts.ids.hex(16)}`, listenerArn, priority, conditions, action, tags: readTags(input.Tags) };
  rules.push(record);
  told(parts, record);
  return record;
}

/** What is not given stays; what is given is replaced as a whole. */
export function modifyRule(parts: Parts, input: ModifyRuleInput): RuleRecord {
  const rule = ruleOf(parts, input.RuleArn ?? "");
  if ((input.Transforms ?? []).length > 0) throw noTransforms();
  const conditions = input.Conditions === undefined || input.Conditions.length === 0 ? rule.conditions : readConditions(input.Conditions);
  const action = input.Actions === undefined || input.Actions.length === 0 ? rule.action : actionFor(parts, rule.listenerArn, readAction(input.Actions));
  Object.assign(rule, { conditions, action });
  told(parts, rule);
  return rule;
}

export function setRuleAction(parts: Parts, rule: RuleRecord, action: ListenerAction): void {
  rule.action = actionFor(parts, rule.listenerArn, action);
  told(parts, rule);
}

export function deleteRule(parts: Parts, arn: string): void {
  const rule = ruleOf(parts, arn);
  const state = elbv2State(parts);
  state.rules = state.rules.filter((other) => other !== rule);
  parts.timeline.add("load-balancer", "rule-deleted", { rule: arn });
  tell(parts, rule.listenerArn);
}

/** All at once, so that two can change places. */
export function setRulePriorities(parts: Parts, priorities: readonly { readonly arn: string; readonly priority: number | undefined }[]): RuleRecord[] {
  const wanted = priorities.map(({ arn, priority }) => ({ rule: ruleOf(parts, arn), priority: checkPriority(priority) }));
  for (const { rule, priority } of wanted) {
    const taken = elbv2State(parts).rules.some((other) => other !== rule && other.listenerArn === rule.listenerArn && (wanted.find((one) => one.rule === other)?.priority ?? other.priority) === priority);
    if (taken) throw new AwsError("PriorityInUseException", `Priority '${String(priority)}' is currently in use`);
  }
  for (const { rule, priority } of wanted) rule.priority = priority;
  for (const listenerArn of new Set(wanted.map(({ rule }) => rule.listenerArn))) tell(parts, listenerArn);
  return wanted.map(({ rule }) => rule);
}

function actionFor(parts: Parts, listenerArn: string, action: ListenerAction): ListenerAction {
  if (action.type === "forward") checkForward(parts, groupsOf(action), listenerOf(parts, listenerArn).loadBalancerArn);
  noteStickiness(parts, action);
  return action;
}

function checkPriority(priority: number | undefined): number {
  if (priority === undefined || !Number.isInteger(priority) || priority < 1 || priority > highestPriority) throw new AwsError("ValidationError", `Rule priority '${String(priority)}' must be in the range 1-${String(highestPriority)}`);
  return priority;
}

const noTransforms = (): AwsError => new AwsError("NotImplemented", "The rules of the rehearsal do not rewrite requests. It would be in ci/rehearsal/src/services/elbv2/rules.ts.", { status: 501 });

function told(parts: Parts, rule: RuleRecord): void {
  tellRule(parts, rule);
  tell(parts, rule.listenerArn);
}

function tell(parts: Parts, listenerArn: string): void {
  parts.get(balancer);
  parts.get(elbSignals).listener.tell(listenerArn);
  parts.world.changed();
}
