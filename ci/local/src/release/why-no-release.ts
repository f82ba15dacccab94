import { gateNames } from "../../../../dagger/src/report/schema.ts";
import type { Run } from "../run-gates.ts";

/** Why a run that has passed its gates releases nothing; undefined when it does. */
export function whyNoRelease({ args, config }: Pick<Run, "args" | "config">): string | undefined {
  if (config.release === undefined) return "gitops.json has no section release, so nothing is released";
  if (!args.release) return "nothing is released, as --no-release says";
  if (args.newOnly) return "nothing is released: --new-only is for pull requests";
  if (args.gates.length < gateNames.length) return "nothing is released: not every gate was asked for";
  return undefined;
}
