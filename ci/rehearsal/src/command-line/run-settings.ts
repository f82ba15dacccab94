import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { worldDigest } from "../world/world-digest.ts";

/** What the process that runs was started with, for whoever asks for another; and what the world that is saved was made from. */
const settingsSchema = z.object({ world: z.string().optional(), worldDigest: z.string().optional(), speed: z.number(), hooks: z.record(z.string(), z.string()) });
export type RunSettings = z.infer<typeof settingsSchema>;

const fileOf = (folder: string): string => join(folder, "settings.json");

export async function writeSettings(folder: string, settings: RunSettings): Promise<void> {
  await writeFile(fileOf(folder), JSON.stringify(settings), { mode: 0o600 });
}

/** Undefined where they were not written. */
export async function keptSettings(folder: string): Promise<RunSettings | undefined> {
  try {
    return settingsSchema.parse(JSON.parse(await readFile(fileOf(folder), "utf8")));
  } catch {
    return undefined;
  }
}

/** Of one that has not written them: nothing special. */
export const readSettings = async (folder: string): Promise<RunSettings> => (await keptSettings(folder)) ?? { speed: 1, hooks: {} };

export function settingsOf({ hook, speed, world }: { readonly hook: Readonly<Record<string, string>>; readonly speed: number; readonly world?: string | undefined }): RunSettings {
  const digest = world === undefined ? undefined : digestIfAny(world);
  return { ...(world === undefined ? {} : { world: resolve(world) }), ...(digest === undefined ? {} : { worldDigest: digest }), speed, hooks: { ...hook } };
}

/** What is asked for and is not as it runs; empty when that does. A world that is not named is whatever is there, and 1 × is what nobody asked for. */
export function differences(asked: RunSettings, running: RunSettings): string[] {
  return [
    ...worldDifference(asked, running),
    ...(asked.speed === 1 || asked.speed === running.speed ? [] : [`its speed is ${String(running.speed)}, not ${String(asked.speed)}`]),
    ...(JSON.stringify(asked.hooks) === "{}" || JSON.stringify(asked.hooks) === JSON.stringify(running.hooks) ? [] : ["its hooks are others"]),
  ];
}

/** By what the files say where that is known, wherever they lie; by their paths otherwise. */
export function worldDifference(asked: RunSettings, kept: RunSettings): string[] {
  if (asked.world === undefined) return [];
  if (asked.worldDigest !== undefined && kept.worldDigest !== undefined) {
    if (asked.worldDigest === kept.worldDigest) return [];
    return [asked.world === kept.world ? `its world was made from ${asked.world} before that was changed` : `its world is ${kept.world ?? "empty"}, not ${asked.world}`];
  }
  return asked.world === kept.world ? [] : [`its world is ${kept.world ?? "empty"}, not ${asked.world}`];
}

/** What cannot be read is told when it is to be made. */
function digestIfAny(world: string): string | undefined {
  try {
    return worldDigest(world);
  } catch {
    return undefined;
  }
}
