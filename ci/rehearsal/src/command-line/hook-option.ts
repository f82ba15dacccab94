import { InvalidArgumentError } from "commander";
import type { HookTarget } from "../services/codedeploy/hooks.ts";

/** `NAME=COMMAND` or `NAME=URL`: what runs for the hook function of that name. A command is split at spaces, and run without a shell. */
export function addHook(text: string, earlier: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, target] = /^([\w-]+)=(\S.*)$/.exec(text) ?? [];
  if (name === undefined || target === undefined) throw new InvalidArgumentError("It must be a name and what runs for it, such as smoke=./smoke-test.sh or smoke=http://127.0.0.1:9000/.");
  return { ...earlier, [name]: target };
}

export function hookTargetOf(text: string): HookTarget {
  if (/^https?:\/\//.test(text)) return { url: text };
  const [program = "", ...args] = text.split(/\s+/);
  return { command: [program, ...args] };
}
