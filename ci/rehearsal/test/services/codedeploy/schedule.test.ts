import { expect, it } from "vitest";
import { predefinedConfigs } from "../../../src/services/codedeploy/predefined-configs.ts";
import { durationOf, scheduleOf } from "../../../src/services/codedeploy/schedule.ts";
import type { Routing } from "../../../src/services/codedeploy/state.ts";

const linear = (linearPercentage: number, linearInterval: number): Routing => ({ type: "TimeBasedLinear", timeBasedLinear: { linearPercentage, linearInterval } });
const canary = (canaryPercentage: number, canaryInterval: number): Routing => ({ type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage, canaryInterval } });
const tens = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

/** Minutes from the start of AllowTraffic, and percent. */
const predefined: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  "CodeDeployDefault.ECSAllAtOnce": [[0, 100]],
  "CodeDeployDefault.ECSCanary10Percent5Minutes": [[0, 10], [5, 100]],
  "CodeDeployDefault.ECSCanary10Percent15Minutes": [[0, 10], [15, 100]],
  "CodeDeployDefault.ECSLinear10PercentEvery1Minutes": tens.map((percent, index) => [index, percent]),
  "CodeDeployDefault.ECSLinear10PercentEvery3Minutes": tens.map((percent, index) => [3 * index, percent]),
};

const inMinutes = (routing: Routing): (readonly [number, number])[] => scheduleOf(routing).map(({ atMs, percent }) => [atMs / 60_000, percent]);

it("knows the five configurations for ECS that every account has", () => {
  expect(predefinedConfigs.map(({ name }) => name)).toEqual(Object.keys(predefined));
});

it.each(predefinedConfigs)("shifts as $name says", ({ name, routing }) => {
  expect(inMinutes(routing)).toEqual(predefined[name]);
});

it.each([
  ["33 % every 2 minutes", linear(33, 2), [[0, 33], [2, 66], [4, 99], [6, 100]]],
  ["50 % every minute", linear(50, 1), [[0, 50], [1, 100]]],
  ["99 % first", linear(99, 10), [[0, 99], [10, 100]]],
  ["1 % for a day", canary(1, 1440), [[0, 1], [1440, 100]]],
] as const)("shifts as a configuration of one's own says: %s", (_name, routing, expected) => {
  expect(inMinutes(routing)).toEqual(expected);
});

it("has no further wait once all is shifted", () => {
  expect(durationOf(linear(10, 1))).toBe(9 * 60_000);
});
