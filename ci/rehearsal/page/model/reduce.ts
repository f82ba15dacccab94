import { timeOf, type Entry } from "./detail.ts";
import type { Model } from "./model.ts";
import { deploymentSteps } from "./deployment-steps.ts";
import { surroundingSteps } from "./surrounding-steps.ts";
import { taskSteps } from "./task-steps.ts";

/** What one kind of entry, `actor what`, makes of a model. */
export type Step = (model: Model, entry: Entry) => Model;

const steps: Readonly<Record<string, Step>> = { ...taskSteps, ...deploymentSteps, ...surroundingSteps };

/** The model after one entry more. What it does not know changes nothing but the time. */
export function reduce(model: Model, entry: Entry): Model {
  const actor = entry.actor.startsWith("caller:") ? "caller" : entry.actor;
  const step = steps[`${actor} ${entry.what}`];
  const nowMs = Math.max(model.nowMs, timeOf(entry));
  const after = step === undefined ? model : step(model, entry);
  return { ...after, nowMs };
}
