import { numberOf, recordOf, textOf, timeOf, type Detail, type Entry } from "./detail.ts";
import { putOne, type Calls, type Fault, type Model, type Rule, type Trouble } from "./model.ts";
import type { Step } from "./reduce.ts";

const mostTroubles = 50;

function changeListener(model: Model, detail: Detail, change: object): Model {
  const arn = textOf(detail, "listener");
  const before = model.listeners.find((listener) => listener.arn === arn) ?? { arn, port: numberOf(detail, "port"), weights: {}, rules: [] };
  return { ...model, listeners: putOne(model.listeners, (listener) => listener.arn === arn, { ...before, ...change }) };
}

const weightsOf = (detail: Detail): Readonly<Record<string, number>> => Object.fromEntries(Object.entries(recordOf(detail, "weights")).filter((pair): pair is [string, number] => typeof pair[1] === "number"));

function trouble(calls: Calls, entry: Entry, what: Trouble["what"], operation: string): Calls {
  const { actor, detail, number } = entry;
  const found: Trouble = { number, atMs: timeOf(entry), what, who: actor.startsWith("caller:") ? actor.slice("caller:".length) : "", operation, message: textOf(detail, "message") };
  return { ...calls, troubles: [...calls.troubles, found].slice(-mostTroubles) };
}

/** Listeners, alarms, faults and calls: what is around the tasks. */
export const surroundingSteps: Readonly<Record<string, Step>> = {
  "load-balancer listener-action": (model, { detail }) => changeListener(model, detail, { weights: weightsOf(detail) }),
  "load-balancer rule-action": (model, { detail }) => {
    const rule: Rule = { arn: textOf(detail, "rule"), priority: numberOf(detail, "priority"), weights: weightsOf(detail) };
    const before = model.listeners.find(({ arn }) => arn === textOf(detail, "listener"))?.rules ?? [];
    return changeListener(model, detail, { rules: putOne(before, ({ arn }) => arn === rule.arn, rule).toSorted((one, other) => one.priority - other.priority) });
  },
  "load-balancer rule-deleted": (model, { detail }) => ({ ...model, listeners: model.listeners.map((listener) => ({ ...listener, rules: listener.rules.filter(({ arn }) => arn !== textOf(detail, "rule")) })) }),
  "load-balancer listening": (model, { detail }) => changeListener(model, detail, { address: textOf(detail, "address") }),
  "cloudwatch alarm-configured": (model, entry) => {
    const name = textOf(entry.detail, "alarm");
    if (model.alarms.some((alarm) => alarm.name === name)) return model;
    return { ...model, alarms: [...model.alarms, { name, state: textOf(entry.detail, "state"), reason: "", sinceMs: timeOf(entry) }] };
  },
  "cloudwatch alarm-state": (model, entry) => {
    const name = textOf(entry.detail, "alarm");
    return { ...model, alarms: putOne(model.alarms, (alarm) => alarm.name === name, { name, state: textOf(entry.detail, "to"), reason: textOf(entry.detail, "reason"), sinceMs: timeOf(entry) }) };
  },
  "cloudwatch alarm-deleted": (model, { detail }) => ({ ...model, alarms: model.alarms.filter(({ name }) => name !== textOf(detail, "alarm")) }),
  "operator fault-injected": (model, { detail }) => {
    const fault = recordOf(detail, "fault");
    const injected: Fault = { id: textOf(detail, "id"), kind: textOf(fault, "kind"), fault };
    return { ...model, faults: putOne(model.faults, ({ id }) => id === injected.id, injected) };
  },
  "operator fault-removed": (model, { detail }) => ({ ...model, faults: model.faults.filter(({ id }) => id !== textOf(detail, "id")) }),
  // What was injected into a process ends with it.
  "rehearsal taken-up": (model) => ({ ...model, faults: [] }),
  "caller call": (model, { detail }) => {
    const operation = `${textOf(detail, "service")} ${textOf(detail, "operation")}`;
    return { ...model, calls: { ...model.calls, total: model.calls.total + 1, counts: { ...model.calls.counts, [operation]: (model.calls.counts[operation] ?? 0) + 1 } } };
  },
  "caller denied": (model, entry) => ({ ...model, calls: trouble({ ...model.calls, denied: model.calls.denied + 1 }, entry, "denied", textOf(entry.detail, "action")) }),
  "api refused": (model, entry) => {
    const calls = { ...model.calls, total: model.calls.total + 1, refused: model.calls.refused + 1 };
    // What was denied stands there already, with the reason.
    const isDenied = /AccessDenied/i.test(textOf(entry.detail, "error"));
    return { ...model, calls: isDenied ? calls : trouble(calls, entry, "refused", `${textOf(entry.detail, "service")} ${textOf(entry.detail, "operation")}: ${textOf(entry.detail, "error")}`) };
  },
  "api hung-up": (model, entry) => ({ ...model, calls: trouble({ ...model.calls, total: model.calls.total + 1, refused: model.calls.refused + 1 }, entry, "hung-up", `${textOf(entry.detail, "service")} ${textOf(entry.detail, "operation")}`) }),
};

