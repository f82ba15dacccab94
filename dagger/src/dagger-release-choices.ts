import type { Config } from "./config.ts";
import { usualChoices, type ReleaseChoices } from "./dagger-release.ts";
import type { RunChoices } from "./dagger-run.ts";
import { rehearsedFaultNames, type RehearsedFault } from "./rehearsal/faults.ts";
import { gateNames } from "./report/schema.ts";

/** What a releasing function was given; what it does not have is as usual. */
export type GivenRelease = Partial<Omit<ReleaseChoices, "target" | "inject">> & { readonly target: string; readonly inject?: string };

/** Throws what is wrong with it, in a sentence. */
export function parseReleaseChoices({ target, inject = "", ...given }: GivenRelease): ReleaseChoices {
  if (target !== "rehearsal" && target !== "aws") throw new Error(`There is no target "${target}". Nothing was started. The targets are rehearsal and aws.`);
  if (inject !== "" && !isFault(inject)) throw new Error(`There is no fault "${inject}" to inject. Nothing was started. They are ${rehearsedFaultNames.join(", ")}.`);
  if (inject !== "" && target === "aws") throw new Error("--inject is for rehearsals. Nothing was started. Leave it out, or leave --target out.");
  const choices = { ...usualChoices, ...given, target, inject: inject === "" ? undefined : inject } satisfies ReleaseChoices;
  if (choices.breakGlass !== "" && target !== "aws") throw new Error("--break-glass is for AWS: anything can be rehearsed without it. Nothing was started. Leave it out, or add --target aws.");
  if (choices.breakGlass !== "" && choices.breakGlass.trim().length < 10) throw new Error("--break-glass must say why, in at least 10 characters. Nothing was started.");
  if (choices.fresh && target === "aws") throw new Error("--fresh is for rehearsals. Nothing was started. Leave it out, or leave --target out.");
  return choices;
}

const isFault = (name: string): name is RehearsedFault => (rehearsedFaultNames as readonly string[]).includes(name);

/** Why a run that passes its gates releases nothing; undefined when it does. */
export function whyNotReleased({ newSince, only }: RunChoices, { release }: Pick<Config, "release">, noRelease: boolean): string | undefined {
  if (release === undefined) return "gitops.json has no section release, so nothing is released";
  if (noRelease) return "nothing is released, as --no-release says";
  if (newSince !== undefined) return "nothing is released: --new-only is for pull requests";
  if (only.length < gateNames.length) return "nothing is released: not every gate was asked for";
  return undefined;
}
