import { UsageError } from "../command-line.ts";
import type { Environment, Resolved } from "./resolve.ts";

/** Throws UsageError, which names those that there are. */
export function environmentNamed(key: string | undefined, { environments }: Resolved): Environment {
  const found = environments.find((environment) => environment.key === key);
  if (found === undefined) throw new UsageError(`--environment: ${key === undefined ? "is missing" : `there is no ${key}`}; there are: ${environments.map((environment) => environment.key).join(", ")}. Nothing was changed.`);
  return found;
}
