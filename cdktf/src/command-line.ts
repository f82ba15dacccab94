import { dirname, join } from "node:path";
import { RulesError } from "./rules/rules-error.ts";
import { SettingsError } from "./settings/settings-error.ts";

/** An argument that nobody can make sense of. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const here = dirname(import.meta.dirname);

/** Where everything lies unless it is said. */
export const fileOptions = {
  settings: { type: "string", default: join(here, "infrastructure.json") },
  gitops: { type: "string", default: join(here, "..", "gitops.json") },
  out: { type: "string", default: join(here, "cdktf.out") },
} as const;

/** Runs a command: 0 when it is done; 2 with a sentence when it was refused, and nothing was changed. */
export async function runCommand(command: () => Promise<void> | void): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!isExpected(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

const isExpected = (error: unknown): error is Error => error instanceof SettingsError || error instanceof RulesError || error instanceof UsageError || (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
