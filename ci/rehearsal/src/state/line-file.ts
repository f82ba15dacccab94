import { appendFileSync, statSync, truncateSync } from "node:fs";

/** A file to which whole lines are added. Those that could not be written wait, in order, and no part of them stays. */
export class LineFile {
  readonly #path: string;
  readonly #waiting: string[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  add(line: string): void {
    this.#waiting.push(line);
  }

  /** Throws what the system says; the lines wait then for the next time. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const before = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    try {
      appendFileSync(this.#path, this.#waiting.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    } catch (error) {
      cutBack(this.#path, before);
      throw error;
    }
    this.#waiting.length = 0;
  }
}

/** Where that cannot be done either, the fault that came first is the one to tell. */
function cutBack(path: string, length: number): void {
  try {
    truncateSync(path, length);
  } catch {
    // Not even a part of a line was written, or there is no such file.
  }
}
