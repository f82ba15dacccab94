import { timeOf, type Entry } from "../model/detail.ts";
import { emptyModel, type Model } from "../model/model.ts";
import { reduce } from "../model/reduce.ts";
import { isSample, sampleOf, type Sample } from "../model/samples.ts";
import { lineOf } from "../model/words.ts";

/** A timeline as far as it was heard: the model after it, its samples and the entries worth a line. */
export class History {
  readonly samples: Sample[] = [];
  readonly lines: Entry[] = [];
  model: Model = emptyModel;
  lastNumber = 0;

  add(entry: Entry): void {
    this.lastNumber = entry.number;
    this.model = reduce(this.model, entry);
    if (isSample(entry)) this.samples.push(sampleOf(entry));
    else if (lineOf(entry) !== undefined) this.lines.push(entry);
  }
}

/** From where a replay goes back, so that it need not begin at the first entry. */
const everyEntries = 500;

/** A timeline that is there as a whole, and can be looked at as of any time in it. */
export class Recording {
  readonly entries: readonly Entry[];
  readonly all = new History();
  readonly #times: readonly { readonly atMs: number }[];
  readonly #models: Model[] = [emptyModel];

  constructor(entries: readonly Entry[]) {
    this.entries = entries;
    for (const [index, entry] of entries.entries()) {
      this.all.add(entry);
      if ((index + 1) % everyEntries === 0) this.#models.push(this.all.model);
    }
    this.#times = entries.map((entry) => ({ atMs: timeOf(entry) }));
  }

  /** The model after so many entries. */
  modelAfter(count: number): Model {
    const step = Math.floor(count / everyEntries);
    return this.entries.slice(step * everyEntries, count).reduce(reduce, this.#models[step] ?? emptyModel);
  }

  get times(): readonly { readonly atMs: number }[] {
    return this.#times;
  }
}
