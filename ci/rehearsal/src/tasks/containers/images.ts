import { rm } from "node:fs/promises";
import type { ContainerProgram } from "./container-program.ts";
import { LoadedImages } from "./loaded-images.ts";
import { ImageMissing, reasonOf } from "./start-failed.ts";

/** Loading is a matter of the disk: big images take their time. */
const loadMs = 600_000;

/** An image of the rehearsal's registry, to be handed over as a file: the engine may not reach this machine's loopback. */
export interface ImageArchive {
  /** What the engine knows it by once it is loaded: of this content alone. */
  readonly loadedAs: string;
  /** The digest of its configuration: an engine that has such an image need not load it. */
  readonly imageId?: () => Promise<string | undefined>;
  /** Writes it, and returns where: nobody needs it after it was loaded. */
  readonly write: () => Promise<string>;
}

/** Undefined for an image that is not in the rehearsal's registry. */
export type ArchiveOf = (image: string) => ImageArchive | undefined;

/** Images of the rehearsal's registry, loaded once each; others have to be on this machine. Nothing is pulled. */
export class Images {
  readonly #program: ContainerProgram;
  readonly #archiveOf: ArchiveOf | undefined;
  readonly #loaded: LoadedImages;
  /** By what the engine knows them by. */
  readonly #found = new Map<string, Promise<string>>();

  constructor(program: ContainerProgram, archiveOf: ArchiveOf | undefined, loaded = new LoadedImages()) {
    this.#program = program;
    this.#archiveOf = archiveOf;
    this.#loaded = loaded;
  }

  /** Something may be gone that was there: it is looked for again. */
  forget(): void {
    this.#found.clear();
  }

  /** What the engine knows the image by. Throws ImageMissing. */
  async provide(image: string): Promise<string> {
    const archive = this.#archiveOf?.(image);
    const name = archive?.loadedAs ?? image;
    const providing = this.#found.get(name) ?? this.#provide(name, image, archive);
    this.#found.set(name, providing);
    try {
      return await providing;
    } catch (error) {
      // It may be pushed yet.
      this.#found.delete(name);
      throw error;
    }
  }

  async #provide(name: string, image: string, archive: ImageArchive | undefined): Promise<string> {
    const id = (await this.#identify(name)) ?? (await this.#builtHere(archive));
    if (id !== undefined) return id;
    if (archive === undefined) throw new ImageMissing(`${image}: not found`);
    const file = await archive.write().catch((error: unknown) => {
      throw new ImageMissing(`${image}: ${error instanceof Error ? error.message : String(error)}`);
    });
    try {
      // Said before it is there, or a kill in between would leave it for good.
      this.#loaded.add(name);
      const { exitCode, stderr } = await this.#program.run(["load", "--input", file], { timeoutMs: loadMs });
      if (exitCode !== 0) throw new ImageMissing(`${image}: failed to register layer: ${reasonOf(stderr)}`);
    } finally {
      await rm(file, { force: true });
    }
    return (await this.#identify(name)) ?? name;
  }

  /** What was pushed from this machine is still here, as a rule. */
  async #builtHere(archive: ImageArchive | undefined): Promise<string | undefined> {
    const id = await archive?.imageId?.();
    return id === undefined ? undefined : this.#identify(id);
  }

  /** By its id: the name may be another image's tomorrow. */
  async #identify(name: string): Promise<string | undefined> {
    const { exitCode, stdout } = await this.#program.run(["image", "inspect", name, "--format", "{{.Id}}"]);
    return exitCode === 0 ? stdout.trim() : undefined;
  }
}
