import { InvalidArgumentError } from "commander";
import { z } from "zod";
import type { HookTarget } from "../services/codedeploy/hooks.ts";

/**
 * `NAME=COMMAND` or `NAME=URL`: what runs for the hook function of that name. A command is split at spaces, and run
 * without a shell; as JSON, `{"command": ["node", "a b.mjs"], "cwd": "/where"}`, nothing is split.
 */
export function addHook(text: string, earlier: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, target] = /^([\w-]+)=(\S.*)$/.exec(text) ?? [];
  if (name === undefined || target === undefined) throw new InvalidArgumentError("It must be a name and what runs for it, such as smoke=./smoke-test.sh or smoke=http://127.0.0.1:9000/.");
  if (target.startsWith("{") && jsonTarget(target) === undefined) throw new InvalidArgumentError('As JSON it must be {"command": ["program", "argument"]}, with "cwd" where it is to run elsewhere.');
  return { ...earlier, [name]: target };
}

export function hookTargetOf(text: string): HookTarget {
  const json = text.startsWith("{") ? jsonTarget(text) : undefined;
  if (json !== undefined) return { command: json.command, ...(json.cwd === undefined ? {} : { cwd: json.cwd }) };
  if (/^https?:\/\//.test(text)) return { url: text };
  const [program = "", ...args] = text.split(/\s+/);
  return { command: [program, ...args] };
}

const jsonSchema = z.strictObject({ command: z.tuple([z.string().min(1)], z.string()), cwd: z.string().min(1).optional() });

function jsonTarget(text: string): z.infer<typeof jsonSchema> | undefined {
  try {
    return jsonSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
