import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";
import { plain, type Paint } from "../../../dagger/src/report/text.ts";
import { CliError } from "./cli-error.ts";
import type { Surroundings } from "./surroundings.ts";

/** The process around a command: the only place that writes to a stream, or says with which code the process ends. */
export interface Terminal {
  readonly write: (text: string) => void;
  /** With `json`, stdout is for the machine and everything for people goes to stderr. */
  readonly surroundings: (options: { readonly json: boolean }) => Surroundings;
}

export interface TerminalWords {
  /** What Ctrl-C leaves. */
  readonly stopped: string;
  /** What a defect of ours leaves. */
  readonly defect: string;
}

const stdout = (text: string): void => { process.stdout.write(text); };
const stderr = (text: string): void => { process.stderr.write(text); };

/** An error that knows its words and its exit code: everything but a defect. */
interface Expected extends Error {
  readonly exitCode: number;
}
const isExpected = (error: unknown): error is Expected => error instanceof CliError || (error instanceof Error && "exitCode" in error && typeof error.exitCode === "number");

/** Runs a command to its exit code; Ctrl-C ends it in order. */
export async function onTerminal(words: TerminalWords, command: (terminal: Terminal) => Promise<number>): Promise<number> {
  // A reader that went away (`| head`, a closed terminal) ends neither the run nor its clean-up.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const defect = (error: unknown): string => `This is a defect of the pipeline itself; ${words.defect} Run it again; if it happens again, report it with what follows.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
  // Node's own exit code for these is 1, which would read as the verdict "failed".
  process.on("uncaughtException", (error) => {
    stderr(defect(error));
    process.exit(4);
  });
  const stop = new AbortController();
  const signalled = stopOnSignals(stop);
  try {
    return await command({ write: stdout, surroundings: ({ json }) => surroundings(json, stop.signal) });
  } catch (error) {
    const exitCode = signalled();
    if (exitCode !== undefined) {
      // What a release knows of the state that things are in says more.
      stderr(`${error instanceof Error && error.name === "ReleaseError" ? error.message : words.stopped}\n`);
      return exitCode;
    }
    stderr(isExpected(error) ? `${error.message}\n` : defect(error));
    return isExpected(error) ? error.exitCode : 4;
  }
}

function surroundings(json: boolean, signal: AbortSignal): Surroundings {
  const human = json ? process.stderr : process.stdout;
  return {
    root: process.cwd(),
    env: process.env,
    signal,
    writeReport: stdout,
    write: json ? stderr : stdout,
    live: human.isTTY && !json && process.env["CI"] === undefined,
    width: Math.min(human.isTTY ? human.columns : 80, 120),
    paint: paintFor(human),
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
  };
}

/** Ctrl-C ends the run in order; pressed again, at once. Returns the exit code that the signal means. */
function stopOnSignals(stop: AbortController): () => number | undefined {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  let received: keyof typeof codes | undefined;
  for (const name of Object.keys(codes) as (keyof typeof codes)[]) {
    process.on(name, () => {
      if (received !== undefined) process.exit(codes[name]);
      received = name;
      stderr("\nStopping; once more to stop without cleaning up.\n");
      stop.abort();
    });
  }
  return () => (received === undefined ? undefined : codes[received]);
}

function paintFor(stream: NodeJS.WriteStream): Paint {
  // styleText itself looks at the terminal, NO_COLOR and FORCE_COLOR.
  return stream.isTTY ? (style, text) => styleText(style, text, { stream }) : plain;
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes|)$/i.test((await terminal.question(`${question} [Y/n] `)).trim());
  } finally {
    terminal.close();
  }
}
