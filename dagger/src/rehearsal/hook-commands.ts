import { z } from "zod";
import { ReleaseError } from "../release/release-error.ts";
import type { ReleaseSettings } from "../release/release-settings.ts";

export interface HookSurroundings {
  /** The repository's root, where commands run. */
  readonly root: string;
  /** The program that `node` is. */
  readonly node: string;
}

/** Lambda function -> what runs for it in a rehearsal, in the form that its `--hook` takes. Throws ReleaseError for a function without a command: its event would fail. */
export function hookCommands({ hooks, rehearsal }: Pick<ReleaseSettings, "hooks" | "rehearsal">, { node, root }: HookSurroundings): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(hooks).map(([event, given]) => {
      const name = functionName(given);
      const command = rehearsal.hooks[name]?.trim().split(/\s+/);
      if (command === undefined) {
        throw new ReleaseError("NOT_POSSIBLE_NOW", `A rehearsal has nothing to run for ${name}, the hook at ${event}. Nothing was started.`, `Name a command in gitops.json: release.rehearsal.hooks.${name}; \`true\` lets every version pass.`);
      }
      const [program = "", ...args] = command;
      return [name, JSON.stringify({ command: [program === "node" ? node : program, ...args], cwd: root })];
    }),
  );
}

/** `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]`, or the name alone. */
const functionName = (nameOrArn: string): string => /:function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;

const ownSchema = z.object({ cwd: z.string() });

/** Why a rehearsal that runs will not do, given what it has for hooks: one is missing, or is a command of another clone. Undefined when it will. */
export function hooksDiffer(wanted: Readonly<Record<string, string>>, running: Readonly<Record<string, string>>): string | undefined {
  for (const [name, command] of Object.entries(wanted)) {
    const has = running[name];
    if (has === undefined) return `has nothing to run for the hook ${name}`;
    const [theirs, ours] = [folderOf(has), folderOf(command)];
    // One that somebody has given by hand is meant.
    if (theirs !== undefined && theirs !== ours) return `runs the hook ${name} of another clone, in ${theirs}`;
  }
  return undefined;
}

function folderOf(text: string): string | undefined {
  try {
    return ownSchema.safeParse(JSON.parse(text)).data?.cwd;
  } catch {
    return undefined;
  }
}
