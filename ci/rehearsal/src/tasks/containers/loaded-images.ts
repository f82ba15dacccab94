import { appendFileSync, readFileSync, rmSync } from "node:fs";
import type { ContainerProgram } from "./container-program.ts";

/**
 * Names of images that an engine was given from the rehearsal's registry. With a
 * file they are known to the next process as well, where this one is killed.
 */
export class LoadedImages {
  readonly #names = new Set<string>();
  readonly #file: string | undefined;

  constructor(file?: string) {
    this.#file = file;
    for (const name of file === undefined ? [] : linesOf(file)) this.#names.add(name);
  }

  add(name: string): void {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    if (this.#file !== undefined) appendFileSync(this.#file, `${name}\n`, { mode: 0o600 });
  }

  /** Takes the names away, and what has no other. One that containers of another rehearsal use stays. */
  async removeAll(program: ContainerProgram): Promise<void> {
    for (const name of this.#names) await program.run(["image", "rm", name]);
    this.#names.clear();
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
  }
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter((line) => line.startsWith("rehearsal.invalid/"));
  } catch {
    return [];
  }
}
