import type { Parts } from "../../parts.ts";
import type { TaskRecord } from "./state.ts";
import { findTaskDefinition } from "./task-definitions.ts";

/** Of its essential containers that have a check: UNHEALTHY when one is, HEALTHY when all are. */
export function healthOf(parts: Parts, task: TaskRecord): { readonly hasCheck: boolean; readonly status: "HEALTHY" | "UNHEALTHY" | "UNKNOWN" } {
  const checked = (findTaskDefinition(parts, task.taskDefinition)?.containers ?? []).filter(({ essential, healthCheck }) => essential !== false && healthCheck !== undefined);
  const states = checked.map(({ name }) => task.containers.find((container) => container.name === name)?.health ?? "UNKNOWN");
  const status = states.includes("UNHEALTHY") ? "UNHEALTHY" : states.length > 0 && states.every((state) => state === "HEALTHY") ? "HEALTHY" : "UNKNOWN";
  return { hasCheck: checked.length > 0, status };
}
