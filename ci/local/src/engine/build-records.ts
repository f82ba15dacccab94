import { appendFile, mkdir, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerEngine } from "../container-engine/engine.ts";

/**
 * Which images builds have left in the engine's store, so that they do not pile
 * up: one file per built target, whose time is that of its last use. A line is
 * `layer <id>` (an image of a stage, that only a later build's cache needs) or
 * `tag <name>` (the name by which the image is released).
 */

/** Of each target of each service. */
const kept = 3;
/** Another run may be on its way to what was used this recently. */
const inUseForMs = 2 * 3_600_000;

interface BuildRecord {
  readonly file: string;
  readonly repository: string;
  readonly reference: string;
  readonly usedAt: number;
  readonly layers: readonly string[];
  readonly tags: readonly string[];
}

export class BuildRecords {
  readonly #folder: string;
  #built = false;

  constructor(home: string, engine: ContainerEngine) {
    this.#folder = join(home, "builds", engine.program);
  }

  async used(reference: string, now: number): Promise<void> {
    await this.#note(reference, "", now);
  }

  async begun(reference: string, now: number): Promise<void> {
    this.#built = true;
    await this.#note(reference, "", now);
  }

  /** As soon as it exists: a build that is killed has left it all the same. */
  async layer(reference: string, id: string, now: number): Promise<void> {
    await this.#note(reference, `layer ${id}\n`, now);
  }

  async tagged(reference: string, tag: string, now: number): Promise<void> {
    const record = await this.#read(fileOf(reference));
    await this.#note(reference, record?.tags.includes(tag) === true ? "" : `tag ${tag}\n`, now);
  }

  /** Removes what is neither among the last of its target nor possibly in use. Free of cost when nothing was built. */
  async prune(engine: ContainerEngine, now: number): Promise<void> {
    if (!this.#built) return;
    const files = await readdir(this.#folder).catch((): string[] => []);
    const records = (await Promise.all(files.map(async (file) => this.#read(file)))).filter((record) => record !== undefined);
    const dropped = oldOnes(records, now);
    if (dropped.length === 0) return;
    const needed = new Set(records.filter((record) => !dropped.includes(record)).flatMap((record) => record.layers));
    const gone: BuildRecord[] = [];
    for (const record of dropped) if (await removeImage(engine, record)) gone.push(record);
    const layers = gone.flatMap((record) => record.layers).filter((id) => !needed.has(id));
    await removeLayers(engine, layers);
    await Promise.all(gone.map(async (record) => rm(join(this.#folder, record.file), { force: true })));
  }

  async #note(reference: string, line: string, now: number): Promise<void> {
    const path = join(this.#folder, fileOf(reference));
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await appendFile(path, line);
      await utimes(path, now / 1000, now / 1000);
    } catch {
      // Without the record an image stays longer than it has to; the run goes on.
    }
  }

  async #read(file: string): Promise<BuildRecord | undefined> {
    const path = join(this.#folder, file);
    const reference = referenceOf(file);
    if (reference === undefined) return undefined;
    try {
      const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
      const words = text.split("\n").map((line) => line.split(" "));
      const all = (kind: string): string[] => [...new Set(words.filter(([first]) => first === kind).map(([, value = ""]) => value))];
      return { file, reference, repository: reference.split(":")[0] ?? "", usedAt: mtimeMs, layers: all("layer"), tags: all("tag") };
    } catch {
      return undefined;
    }
  }
}

const fileOf = (reference: string): string => reference.replace(":", "@");
const referenceOf = (file: string): string | undefined => (/^[a-z0-9-]+@[0-9a-f]+$/.test(file) ? file.replace("@", ":") : undefined);

function oldOnes(records: readonly BuildRecord[], now: number): BuildRecord[] {
  return [...Map.groupBy(records, (record) => record.repository).values()].flatMap((ofTarget) =>
    ofTarget
      .toSorted((one, other) => other.usedAt - one.usedAt)
      .slice(kept)
      .filter((record) => now - record.usedAt > inUseForMs),
  );
}

/** True when the image is gone. Without force: one that any container uses stays, for a later run to remove. */
async function removeImage({ cli }: ContainerEngine, record: BuildRecord): Promise<boolean> {
  const id = await imageId(cli, record.reference);
  if (id === undefined) return true;
  for (const tag of record.tags) {
    // The name may have been given to a newer image since.
    if ((await imageId(cli, tag)) === id) await cli.run(["image", "rm", tag], { accept: "any" });
  }
  await cli.run(["image", "rm", record.reference], { accept: "any" });
  return (await imageId(cli, record.reference)) === undefined;
}

async function imageId(cli: ContainerEngine["cli"], reference: string): Promise<string | undefined> {
  const { exitCode, stdout } = await cli.run(["image", "inspect", "--format", "{{.Id}}", reference], { accept: "any" });
  return exitCode === 0 ? stdout.trim() : undefined;
}

/**
 * Only those without a name: somebody may have given one of them theirs. Asked
 * one by one: Podman's list of images takes seconds where there are many, and
 * fails when one of them goes meanwhile.
 */
async function removeLayers({ cli }: ContainerEngine, layers: readonly string[]): Promise<void> {
  // The last ones first: an image goes only when none stands on it.
  for (const layer of layers.toReversed()) {
    const { stdout } = await cli.run(["image", "inspect", "--format", "{{len .RepoTags}}", layer], { accept: "any" });
    if (stdout.trim() === "0") await cli.run(["image", "rm", layer], { accept: "any" });
  }
}
