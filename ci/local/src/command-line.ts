import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";
import { plain, type Paint } from "../../../dagger/src/report/text.ts";
import { CliError } from "./cli-error.ts";
import { parseArguments } from "./arguments.ts";

/** The command line: the only place that writes to a stream or ends the process. */

const stdout = (text: string): void => { process.stdout.write(text); };
const stderr = (text: string): void => { process.stderr.write(text); };

// A reader that went away (`| head`, a closed terminal) ends neither the run nor its clean-up.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
// Node's own exit code for these is 1, which would read as the verdict "failed".
process.on("uncaughtException", (error) => {
  stderr(defect(error));
  process.exit(4);
});

process.exitCode = await main();

async function main(): Promise<number> {
  const stop = new AbortController();
  const signalled = stopOnSignals(stop);
  try {
    const args = parseArguments(process.argv.slice(2), stdout);
    if (args === undefined) return 0;
    // After the arguments: help has no need of what this loads.
    const { runHere } = await import("./run-here.ts");
    const human = args.json ? process.stderr : process.stdout;
    return await runHere(args, {
      root: process.cwd(),
      env: process.env,
      signal: stop.signal,
      writeReport: stdout,
      write: args.json ? stderr : stdout,
      live: human.isTTY && !args.json && process.env["CI"] === undefined,
      width: Math.min(human.isTTY ? human.columns : 80, 120),
      paint: paintFor(human),
      ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
    });
  } catch (error) {
    const exitCode = signalled();
    if (exitCode !== undefined) {
      stderr("Stopped. No verdict was reached; containers and temporary files are removed.\n");
      return exitCode;
    }
    if (error instanceof CliError) {
      stderr(`${error.message}\n`);
      return error.exitCode;
    }
    stderr(defect(error));
    return 4;
  }
}

function defect(error: unknown): string {
  return `This is a defect of the pipeline itself; no verdict was reached. Run it again; if it happens again, report it with what follows.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
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
