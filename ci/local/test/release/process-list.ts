import { readdir, readFile } from "node:fs/promises";

/** Every command line that a process of this machine has had while it was watched: what everybody can see. */
export class ProcessList {
  readonly #seen = new Set<string>();
  #isOver = false;
  readonly #watching: Promise<void>;

  constructor() {
    this.#watching = this.#watch();
  }

  /** Ends it, and gives what was seen. */
  async stop(): Promise<string> {
    this.#isOver = true;
    await this.#watching;
    return [...this.#seen].join("\n");
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      const ids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
      for (const text of await Promise.all(ids.map(async (id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")))) this.#seen.add(text.replaceAll("\0", " "));
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
