export interface Appointment {
  readonly timeMs: number;
  readonly what: () => void | Promise<void>;
}

/** What is to be done when, earliest first; of two at one time the one that was made first. */
export class Agenda {
  #entries: Appointment[] = [];

  add(entry: Appointment): () => void {
    const index = this.#entries.findIndex((other) => other.timeMs > entry.timeMs);
    this.#entries.splice(index < 0 ? this.#entries.length : index, 0, entry);
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }

  next(): Appointment | undefined {
    return this.#entries[0];
  }

  take(): Appointment | undefined {
    return this.#entries.shift();
  }
}
