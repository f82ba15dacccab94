import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { worldDigest } from "../world/world-digest.ts";
import type { ServeOptions } from "./serve.ts";

/** What the process that runs was started with, for whoever asks for another; and what the world that is saved was made from. */
const settingsSchema = z.object({
  world: z.string().optional(),
  worldDigest: z.string().optional(),
  speed: z.number(),
  hooks: z.record(z.string(), z.string()),
  /** The rest is absent in what an earlier version has written. */
  idleMinutes: z.number().default(60),
  /** As it was asked for: 0 stands for any. */
  port: z.number().default(0),
  /** The one that it got. */
  lastPort: z.number().optional(),
  host: z.string().default("127.0.0.1"),
  beyondThisMachine: z.boolean().default(false),
  toldAs: z.string().optional(),
  engine: z.string().optional(),
  /** By the load balancer's ports. */
  listen: z.record(z.string(), z.number()).default({}),
  /** Its path alone: what stands in it is read anew each time, and told nowhere. */
  secretsFile: z.string().optional(),
});
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
export const readSettings = async (folder: string): Promise<RunSettings> => (await keptSettings(folder)) ?? settingsSchema.parse({ speed: 1, hooks: {} });

export function settingsOf({ beyondThisMachine, engine, hook, host, idleMinutes, listen, port, speed, stack, toldAs, world }: ServeOptions, env: NodeJS.ProcessEnv): RunSettings {
  const digest = world === undefined ? undefined : digestIfAny(world, stack);
  const secretsFile = env["REHEARSAL_SECRETS_FILE"];
  return {
    ...(world === undefined ? {} : { world: resolve(world) }),
    ...(digest === undefined ? {} : { worldDigest: digest }),
    ...(toldAs === undefined ? {} : { toldAs }),
    ...(engine === undefined ? {} : { engine }),
    ...(secretsFile === undefined ? {} : { secretsFile: resolve(secretsFile) }),
    ...{ speed, idleMinutes, port, host, beyondThisMachine },
    hooks: { ...hook },
    listen: Object.fromEntries(Object.entries(listen)),
  };
}

/** What of it says which world there is. */
export const worldOf = ({ world, worldDigest: digest }: RunSettings): Pick<RunSettings, "world" | "worldDigest"> => ({ ...(world === undefined ? {} : { world }), ...(digest === undefined ? {} : { worldDigest: digest }) });

/** What cannot be read is told when it is to be made. */
function digestIfAny(world: string, stacks: readonly string[]): string | undefined {
  try {
    return worldDigest(world, stacks);
  } catch {
    return undefined;
  }
}
