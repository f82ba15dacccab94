import type { Parts } from "../../parts.ts";
import { secretSource } from "../secretsmanager/secret-source.ts";
import { isStruck } from "../secretsmanager/values.ts";
import { findParameter } from "./create.ts";

/** The value of a parameter by its name or ARN. Undefined when there is none. Never to be logged, nor kept. */
export function parameterValue(parts: Parts, valueFrom: string): string | undefined {
  const parameter = findParameter(parts, valueFrom);
  return parameter === undefined || isStruck(parts, parameter.name) ? undefined : parts.get(secretSource).valueOf(parameter.name);
}
