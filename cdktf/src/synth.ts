import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { buildApp } from "./app.ts";
import { requireSound } from "./rules/judge-stacks.ts";
import { nameProblemsOf } from "./settings/check.ts";
import { loadSettings, type SettingsFiles } from "./settings/load.ts";
import type { Resolved } from "./settings/resolve.ts";
import { SettingsError } from "./settings/settings-error.ts";

export interface SynthOptions extends SettingsFiles {
  /** Folder that is written; it stays as it was when anything is wrong. */
  readonly out: string;
}

/** Writes the Terraform JSON of all stacks. Throws SettingsError and RulesError. */
export function synth({ out: given, ...files }: SynthOptions): Resolved {
  const settings = loadSettings(files);
  const out = resolve(given);
  mkdirSync(dirname(out), { recursive: true });
  // Beside it, so that the last step is one rename.
  const fresh = mkdtempSync(`${out}-`);
  try {
    const app = buildApp(settings, fresh);
    const tooLong = nameProblemsOf(settings);
    if (tooLong.length > 0) throw new SettingsError(files.settings, tooLong);
    app.synth();
    requireSound(fresh, settings);
    rmSync(out, { recursive: true, force: true });
    renameSync(fresh, out);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return settings;
}
