import { LoadGenerator } from "../../../rehearsal/src/load/generator.ts";
import type { LoadFigures } from "../../../rehearsal/src/load/load-report.ts";

/**
 * Requests that succeed whatever notes a task has: each has a database of its
 * own. Together 50 a second, as a browser has them: one page, many notes. A page
 * is rendered by one process; where other work takes the machine, many of them
 * queue up, /ready waits behind them for more than 3 s, and the target is unhealthy.
 */
const paths: readonly (readonly [path: string, requestsPerSecond: number])[] = [["/", 5], ["/api/notes", 40], ["/ready", 5]];

export interface NotesFigures {
  readonly requests: number;
  readonly failures: number;
  /** By target group; what reached none stands under `none`. */
  readonly groups: Readonly<Record<string, { readonly requests: number; readonly failures: number }>>;
  /** Those that failed, by what was asked. */
  readonly failuresOf: Readonly<Record<string, number>>;
  readonly worstP95Ms: number;
  readonly longestGapMs: number;
}

/** Everything that users would ask meanwhile, at a constant rate. */
export class NotesLoad {
  readonly #generators: readonly LoadGenerator[];

  constructor(address: string) {
    this.#generators = paths.map(([path, requestsPerSecond]) => new LoadGenerator({ url: `${address}${path}`, requestsPerSecond }).start());
  }

  get figures(): NotesFigures {
    return add(this.#generators.map((generator) => generator.summary()));
  }

  async stop(): Promise<NotesFigures> {
    return add(await Promise.all(this.#generators.map(async (generator) => generator.stop())));
  }
}

/** Percent of the requests that failed between two moments. */
export function failedPercent(to: NotesFigures, from: Pick<NotesFigures, "requests" | "failures"> = { requests: 0, failures: 0 }): string {
  return `${((100 * (to.failures - from.failures)) / Math.max(1, to.requests - from.requests)).toFixed(2)} %`;
}

export const figuresText = ({ requests, failures, groups, failuresOf, worstP95Ms, longestGapMs }: NotesFigures): string =>
  `${String(requests)} requests, ${String(failures)} failed (${Object.entries(groups).map(([name, group]) => `${name} ${String(group.failures)} of ${String(group.requests)}`).join(", ")}; ${Object.entries(failuresOf).map(([path, count]) => `${path} ${String(count)}`).join(", ")}); p95 ${String(worstP95Ms)} ms; longest time without a success ${longestGapMs.toFixed(0)} ms`;

/** In the order of `paths`. */
function add(summaries: readonly (LoadFigures & { readonly taskSets: Readonly<Record<string, LoadFigures>> })[]): NotesFigures {
  const sum = (all: readonly LoadFigures[], of: "requests" | "failures"): number => all.reduce((total, figures) => total + figures[of], 0);
  const names = [...new Set(summaries.flatMap(({ taskSets }) => Object.keys(taskSets)))];
  return {
    requests: sum(summaries, "requests"),
    failures: sum(summaries, "failures"),
    groups: Object.fromEntries(names.map((name) => {
      const all = summaries.flatMap(({ taskSets }) => taskSets[name] ?? []);
      return [name, { requests: sum(all, "requests"), failures: sum(all, "failures") }];
    })),
    failuresOf: Object.fromEntries(summaries.map(({ failures }, index) => [paths[index]?.[0] ?? "", failures])),
    worstP95Ms: Math.max(...summaries.map(({ latencyMs }) => latencyMs.p95)),
    longestGapMs: Math.max(...summaries.map(({ longestGapMs }) => longestGapMs)),
  };
}
