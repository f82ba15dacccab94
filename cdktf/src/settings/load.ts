import { readFileSync } from "node:fs";
import type { z } from "zod";
import { applicationSchema } from "./application.ts";
import { problemsOf } from "./check.ts";
import { resolve, type Resolved } from "./resolve.ts";
import { SettingsError } from "./settings-error.ts";
import { settingsSchema } from "./settings-schema.ts";

export interface SettingsFiles {
  /** Path of infrastructure.json. */
  readonly settings: string;
  /** Path of gitops.json. */
  readonly gitops: string;
}

/** Reads and resolves both files. Throws SettingsError with all that is wrong at once. */
export function loadSettings({ settings, gitops }: SettingsFiles): Resolved {
  const application = parse(gitops, applicationSchema);
  const file = parse(settings, settingsSchema);
  const resolved = resolve(file, application);
  const problems = problemsOf(file, resolved);
  if (problems.length > 0) throw new SettingsError(settings, problems);
  return resolved;
}

function parse<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> {
  const read = schema.safeParse(readJson(path));
  if (read.success) return read.data;
  throw new SettingsError(
    path,
    read.error.issues.map(({ path: at, message, code, ...issue }) => {
      const where = at.length === 0 ? "the file" : at.map(String).join(".");
      const keys = code === "unrecognized_keys" && "keys" in issue ? (issue as { keys: string[] }).keys : [];
      return keys.length > 0 ? `${where}: has no setting ${keys.join(", ")}` : `${where}: ${message}`;
    }),
  );
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new SettingsError(path, [`It cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new SettingsError(path, [`It is not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
