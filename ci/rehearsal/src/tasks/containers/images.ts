import { lastLine, type ContainerProgram } from "./container-program.ts";

/** Loading is a matter of the disk: big images take their time. */
const loadMs = 600_000;

/** A tar to load, of an image in the rehearsal's registry; undefined for any other. */
export type ArchiveOf = (image: string) => Promise<string | undefined>;

/** A task's image cannot be had; the message is what AWS puts behind "retried 1 time(s): ". */
export class ImageMissing extends Error {}

/** Images of the rehearsal's registry, loaded once each; others have to be on this machine. Nothing is pulled. */
export class Images {
  readonly #program: ContainerProgram;
  readonly #archiveOf: ArchiveOf | undefined;
  readonly #found = new Map<string, Promise<string>>();

  constructor(program: ContainerProgram, archiveOf: ArchiveOf | undefined) {
    this.#program = program;
    this.#archiveOf = archiveOf;
  }

  /** What the engine knows the image by. Throws ImageMissing. */
  async provide(image: string): Promise<string> {
    const providing = this.#found.get(image) ?? this.#provide(image);
    this.#found.set(image, providing);
    try {
      return await providing;
    } catch (error) {
      // It may be pushed yet.
      this.#found.delete(image);
      throw error;
    }
  }

  async #provide(image: string): Promise<string> {
    const archive = await this.#archiveOf?.(image);
    if (archive !== undefined) return this.#load(image, archive);
    const { exitCode } = await this.#program.run(["image", "inspect", image, "--format", "{{.Id}}"]);
    if (exitCode !== 0) throw new ImageMissing(`${image}: not found`);
    return image;
  }

  async #load(image: string, archive: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#program.run(["load", "--input", archive], { timeoutMs: loadMs });
    const loaded = /Loaded image(?:\(s\)| ID)?: *([^\s,]+)/.exec(stdout)?.[1];
    if (exitCode !== 0 || loaded === undefined) throw new ImageMissing(`${image}: failed to register layer: ${lastLine(stderr)}`);
    return this.#identify(loaded);
  }

  /** By its id: the name may be another image's tomorrow. */
  async #identify(name: string): Promise<string> {
    const { exitCode, stdout } = await this.#program.run(["image", "inspect", name, "--format", "{{.Id}}"]);
    return exitCode === 0 ? stdout.trim() : name;
  }
}
