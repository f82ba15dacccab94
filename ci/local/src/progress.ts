import { Listr } from "listr2";
import { eventLine, type Paint } from "../../../dagger/src/report/text.ts";
import { formatDuration } from "../../../dagger/src/report/words.ts";
import type { PipelineEvent } from "../../../dagger/src/report/events.ts";
import type { GateName, GateReport } from "../../../dagger/src/report/schema.ts";

/** Shows a run while it goes on. */
export interface Progress {
  readonly show: (event: PipelineEvent) => void;
  /** Resolves when the last word has been written. */
  readonly end: () => Promise<void>;
}

/** One line for each event, for a pipe or a CI server's log. */
export function lineProgress(write: (text: string) => void, paint: Paint): Progress {
  return {
    show: (event) => {
      const line = eventLine(event, paint);
      if (line !== undefined) write(`${line}\n`);
    },
    end: async () => Promise.resolve(),
  };
}

/**
 * A spinner for each gate, for a terminal; it goes away at the end, where the
 * table says the same and more. What the engine says (a download, say) stands
 * as a line of its own before the list is there, and below it afterwards.
 */
export function liveProgress(write: (text: string) => void, paint: Paint, signal: AbortSignal): Progress {
  let list: LiveList | undefined;
  // While the list is shown it holds back what others write to the terminal.
  signal.addEventListener("abort", () => list?.note("stopping: containers are being removed"), { once: true });
  return {
    show: (event) => {
      switch (event.kind) {
        case "pipeline-started":
          write(`${eventLine(event, paint) ?? ""}\n`);
          list = new LiveList(event.gates);
          return;
        case "note":
          if (list === undefined) write(`${eventLine(event, paint) ?? ""}\n`);
          else list.note(event.text);
          return;
        case "step-started":
          list?.begin(event.gate, event.step);
          return;
        case "step-finished":
          list?.finish(event.gate, event.step);
          return;
        case "gate-finished":
          list?.close(event.report);
          return;
        default:
      }
    },
    end: async () => list?.end(),
  };
}

interface Row {
  /** Steps under way, in the order of their start. */
  readonly steps: string[];
  readonly closed: PromiseWithResolvers<GateReport | undefined>;
  say: (text: string) => void;
}

class LiveList {
  readonly #rows = new Map<GateName, Row>();
  readonly #ended = Promise.withResolvers<undefined>();
  readonly #shown: Promise<unknown>;
  #note: (text: string) => void = () => undefined;

  constructor(gates: readonly GateName[]) {
    for (const gate of gates) this.#rows.set(gate, { steps: [], closed: Promise.withResolvers(), say: () => undefined });
    const notes = { title: "", task: async (_: unknown, task: Shown) => this.#showNotes(task) };
    const list = new Listr([...[...this.#rows].map(([name, row]) => ({ title: name, task: async (_: unknown, task: Shown) => showGate(name, row, task) })), notes], {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { clearOutput: true, formatOutput: "truncate", showErrorMessage: false, showSkipMessage: false, collapseErrors: false, collapseSkips: false },
    });
    this.#shown = list.run();
  }

  note(text: string): void {
    this.#note(text);
  }

  begin(gate: GateName, step: string): void {
    const row = this.#rows.get(gate);
    row?.steps.push(step);
    row?.say(row.steps.join(", "));
  }

  finish(gate: GateName, step: string): void {
    const row = this.#rows.get(gate);
    if (row === undefined) return;
    row.steps.splice(row.steps.indexOf(step), 1);
    if (row.steps.length > 0) row.say(row.steps.join(", "));
  }

  close(report: GateReport): void {
    this.#rows.get(report.name)?.closed.resolve(report);
  }

  /** Gates that have no verdict yet will never have one: the run was stopped. */
  async end(): Promise<void> {
    for (const row of this.#rows.values()) row.closed.resolve(undefined);
    this.#ended.resolve(undefined);
    await this.#shown;
  }

  async #showNotes(task: Shown): Promise<void> {
    this.#note = (text) => {
      task.title = text;
    };
    await this.#ended.promise;
  }
}

/** What is used of a Listr task. */
interface Shown {
  output: string;
  title: string;
  skip(message?: string): void;
}

async function showGate(name: GateName, row: Row, task: Shown): Promise<void> {
  row.say = (text) => {
    task.output = text;
  };
  row.say(row.steps.join(", "));
  const report = await row.closed.promise;
  if (report === undefined) {
    task.skip();
    return;
  }
  task.title = `${name} ${report.verdict} ${report.cached ? "(unchanged)" : `(${formatDuration(report.durationMs)})`}`;
  if (report.verdict === "failed") throw new Error(task.title);
  if (report.verdict !== "passed") task.skip();
}
