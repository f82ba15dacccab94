import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/**
 * Results of steps by the hash of all that went in. Only whole results are ever
 * stored: a file is the result's sha256, a line break, and the result as JSON.
 */

const entrySchema = z.strictObject({
  commands: z.array(z.strictObject({ exitCode: z.number().int(), stdout: z.string(), stderr: z.string() })),
  outputs: z.array(z.tuple([z.string(), z.string()])),
});

export type CachedStep = z.infer<typeof entrySchema>;

const keptForMs = 30 * 24 * 3_600_000;

export class StepCache {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = join(home, "steps");
  }

  /** Undefined for a key that is not there, or whose entry cannot be read: it is then made again. */
  async get(key: string, now: number): Promise<CachedStep | undefined> {
    const path = this.#path(key);
    try {
      const [hash, text = ""] = (await readFile(path, "utf8")).split(/\n(.*)/s);
      if (hash !== sha256(text)) return undefined;
      const entry = entrySchema.parse(JSON.parse(text));
      await utimes(path, now / 1000, now / 1000);
      return entry;
    } catch {
      return undefined;
    }
  }

  /** A cache that cannot be written (a full disk, say) costs time later and is no error now. */
  async put(key: string, entry: CachedStep, uniqueId: string): Promise<void> {
    const part = `${this.#path(key)}.${uniqueId}.part`;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const text = JSON.stringify(entry);
      await writeFile(part, `${sha256(text)}\n${text}`, { mode: 0o600 });
      await rename(part, this.#path(key));
    } catch {
      await rm(part, { force: true }).catch(() => undefined);
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  /** Removes what no run has used for 30 days. */
  async prune(now: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const used = await stat(path).then((stats) => stats.mtimeMs).catch(() => now);
        if (now - used > keptForMs) await rm(path, { force: true });
      }),
    );
  }

  #path(key: string): string {
    return join(this.#folder, `${key}.json`);
  }
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
