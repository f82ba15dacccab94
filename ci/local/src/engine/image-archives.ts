import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { LocalEngineParts } from "./local-engine-parts.ts";

/** docker-archives of built images: written once a run, however many steps look at them. */
export class ImageArchives {
  readonly #parts: LocalEngineParts;
  readonly #saved = new Map<string, Promise<string>>();

  constructor(parts: LocalEngineParts) {
    this.#parts = parts;
  }

  /** Path of the archive, removed with the run's folder. */
  async of(image: { readonly reference: string; readonly imageId: string }, signal: AbortSignal): Promise<string> {
    const saved = this.#saved.get(image.imageId) ?? this.#save(image, signal);
    this.#saved.set(image.imageId, saved);
    return saved;
  }

  async #save({ reference, imageId }: { reference: string; imageId: string }, signal: AbortSignal): Promise<string> {
    const { cli } = this.#parts.containers;
    const folder = join(this.#parts.runFolder, "images");
    const path = join(folder, `${imageId.slice("sha256:".length)}.tar`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await cli.run(["save", ...(cli.program === "podman" ? ["--format", "docker-archive"] : []), "--output", path, reference], { signal, env: { TMPDIR: folder } });
    return path;
  }
}
