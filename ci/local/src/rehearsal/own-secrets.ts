import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";

/** Secrets of a rehearsal: made up, for nobody but its own containers. */

const fileSchema = z.record(z.string(), z.record(z.string(), z.string()));

/** Name of a secret -> the keys of its JSON that are asked for. */
export type WantedSecrets = Readonly<Record<string, readonly string[]>>;

/**
 * Sees to it that the file has a value for each; what it has already stays, as
 * containers that run were started with it. Only its owner can read it.
 */
export async function writeOwnSecrets(file: string, wanted: WantedSecrets): Promise<void> {
  const before = await read(file);
  const after = Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(wanted)])].map((name) => [name, { ...Object.fromEntries((wanted[name] ?? []).map((key) => [key, valueFor(name, key)])), ...before[name] }]),
  );
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${String(process.pid)}`;
  await writeFile(draft, JSON.stringify(after), { mode: 0o600 });
  await rename(draft, file);
}

/** A user is called as the secret's last part, so that two secrets have two users; anything else is random. */
const valueFor = (name: string, key: string): string => (/user/i.test(key) ? (name.split("/").at(-1) ?? name).replace(/[^A-Za-z0-9_]/g, "_") : randomBytes(24).toString("base64url"));

async function read(file: string): Promise<z.infer<typeof fileSchema>> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return {};
  }
}
