import type { TrafficRoutingConfig } from "@aws-sdk/client-codedeploy";
import { AwsError } from "../../protocol/aws-error.ts";
import { durationOf } from "./schedule.ts";
import type { Routing } from "./state.ts";

/** From the first shift to the last. */
const longestMinutes = 2880;

/** Throws AwsError for percentages and intervals that CodeDeploy does not take. */
export function routingOf(given: TrafficRoutingConfig | undefined): Routing {
  const routing = parsed(given);
  if (durationOf(routing) > longestMinutes * 60_000) throw refuse(`From the first shift to the last it can take ${String(longestMinutes)} minutes at most.`);
  return routing;
}

function parsed(given: TrafficRoutingConfig | undefined): Routing {
  switch (given?.type) {
    case "AllAtOnce":
      return { type: "AllAtOnce" };
    case "TimeBasedCanary": {
      const { canaryPercentage, canaryInterval } = given.timeBasedCanary ?? {};
      return { type: given.type, timeBasedCanary: { canaryPercentage: percentage("canaryPercentage", canaryPercentage), canaryInterval: interval("canaryInterval", canaryInterval) } };
    }
    case "TimeBasedLinear": {
      const { linearPercentage, linearInterval } = given.timeBasedLinear ?? {};
      return { type: given.type, timeBasedLinear: { linearPercentage: percentage("linearPercentage", linearPercentage), linearInterval: interval("linearInterval", linearInterval) } };
    }
    default:
      throw refuse("The type has to be AllAtOnce, TimeBasedCanary or TimeBasedLinear.");
  }
}

function percentage(name: string, value: number | undefined): number {
  if (value === undefined || !Number.isInteger(value) || value < 1 || value > 99) throw refuse(`${name} has to be from 1 to 99.`);
  return value;
}

function interval(name: string, value: number | undefined): number {
  if (value === undefined || !Number.isInteger(value) || value < 1 || value > longestMinutes) throw refuse(`${name} has to be from 1 to ${String(longestMinutes)} minutes.`);
  return value;
}

const refuse = (why: string): AwsError => new AwsError("InvalidTrafficRoutingConfigurationException", `The configuration that specifies how traffic is routed during a deployment is invalid. ${why}`);
