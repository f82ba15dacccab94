import type { ConfigRecord, Routing } from "./state.ts";

const linear = (linearPercentage: number, linearInterval: number): Routing => ({ type: "TimeBasedLinear", timeBasedLinear: { linearPercentage, linearInterval } });
const canary = (canaryPercentage: number, canaryInterval: number): Routing => ({ type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage, canaryInterval } });

const routings: Readonly<Record<string, Routing>> = {
  "CodeDeployDefault.ECSAllAtOnce": { type: "AllAtOnce" },
  "CodeDeployDefault.ECSCanary10Percent5Minutes": canary(10, 5),
  "CodeDeployDefault.ECSCanary10Percent15Minutes": canary(10, 15),
  "CodeDeployDefault.ECSLinear10PercentEvery1Minutes": linear(10, 1),
  "CodeDeployDefault.ECSLinear10PercentEvery3Minutes": linear(10, 3),
};

/** Those for ECS that every account has. */
export const predefinedConfigs: readonly ConfigRecord[] = Object.entries(routings).map(([name, routing], index) => ({ id: `00000000-0000-4000-a000-00000000000${String(index)}`, name, routing, createdMs: Date.UTC(2018, 10, 27) }));

/** Rollbacks use it, whatever the group's is. */
export const allAtOnce = "CodeDeployDefault.ECSAllAtOnce";
