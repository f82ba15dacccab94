import type { Overview } from "./overview.ts";

/** A few lines with their columns under each other; nothing for a world without services. */
export function showOverview({ alarms, groups, services }: Overview): string {
  const rows = [
    ...services.flatMap(({ cluster, desired, name, running, taskSets }) => [
      ["service", `${cluster}/${name}`, `${String(running)} of ${String(desired)} tasks`],
      ...taskSets.map((taskSet) => ["  task set", taskSet.taskDefinition, `${String(taskSet.running)} of ${String(taskSet.desired)} tasks`, taskSet.status, taskSet.targetGroup, `${String(Math.round(taskSet.trafficPercent))} % of traffic`]),
    ]),
    ...groups.map(({ deployment, name }) => ["deployment", name, ...(deployment === undefined ? ["none under way"] : [deployment.id, deployment.status, deployment.configuration])]),
    ...alarms.map(({ name, state }) => ["alarm", name, state]),
  ];
  const widths = rows.reduce<number[]>((most, row) => Array.from({ length: Math.max(most.length, row.length) }, (_, index) => Math.max(most[index] ?? 0, row[index]?.length ?? 0)), []);
  return rows.map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd()).join("\n");
}
