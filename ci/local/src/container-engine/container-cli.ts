import type { Readable, Writable } from "node:stream";
import { execa, type Options } from "execa";
import { ContainerEngineError } from "./errors.ts";
import { lastLines } from "./last-lines.ts";

export type ContainerProgram = "docker" | "podman";

export interface RunOptions {
  /** Given to the command's standard input, which is empty otherwise. */
  readonly input?: string | Uint8Array | Readable;
  /** Ends the command (SIGTERM, SIGKILL 5 s later) and throws CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Added to the environment of this one command: the place for secrets. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /**
   * Exit codes that do not throw; 0 only by default. "any" where the exit code
   * is a container's own, which podman and docker hand through.
   */
  readonly accept?: "any" | readonly number[];
  /** Called with each line as it comes; stdout and stderr are returned as well. */
  readonly onLine?: (line: string, from: "stdout" | "stderr") => void;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A command whose standard output or input is a stream (tar archives, images). */
export interface RunningCommand {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Settles when the command has ended; rejects like `run`. Its stdout is "". */
  readonly done: Promise<CommandResult>;
}

export interface ContainerCliParts {
  readonly program: ContainerProgram;
  /** The whole environment of every command. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file to run, when it is not the program's name on PATH. */
  readonly command?: string;
}

const GONE =
  /cannot connect to the docker daemon|is the docker daemon running|error during connect|cannot connect to podman|unable to connect to podman|docker daemon is not running|failed to connect to the docker API/i;
const PROBE_TIMEOUT_MS = 5_000;
const KILL_AFTER_MS = 5_000;

/** The command line that Docker and Podman have in common. */
export class ContainerCli {
  readonly program: ContainerProgram;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly #command: string;

  constructor(parts: ContainerCliParts) {
    this.program = parts.program;
    this.env = parts.env;
    this.#command = parts.command ?? parts.program;
  }

  /** Runs one command to its end. Throws ContainerEngineError, and nothing else. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    const { onLine } = options;
    const base = this.#execaOptions(options);
    const result = await execa(this.#command, args, {
      ...base,
      ...(options.input === undefined ? { stdin: "ignore" } : { input: options.input }),
      ...(onLine && {
        stdout: ["pipe", listenTo((line) => { onLine(line, "stdout"); })],
        stderr: ["pipe", listenTo((line) => { onLine(line, "stderr"); })],
      }),
    });
    return this.#judge(args, options, result);
  }

  /** Starts one command whose stdin and stdout are streams of the caller. */
  stream(args: readonly string[], options: Omit<RunOptions, "input" | "onLine"> = {}): RunningCommand {
    const child = execa(this.#command, args, {
      ...this.#execaOptions(options),
      stdin: "pipe",
      buffer: { stdout: false },
      encoding: "buffer",
    });
    const done = child.then((result) => {
      const { exitCode, signal, isCanceled, timedOut, code, stderr } = result;
      return this.#judge(args, options, { exitCode, signal, isCanceled, timedOut, code, stdout: "", stderr: textOf(stderr) });
    });
    // The caller may look at the streams first: an early failure waits for it.
    done.catch(() => undefined);
    return { stdin: child.stdin, stdout: child.stdout, done };
  }

  /** True when the engine answers now. */
  async answers(): Promise<boolean> {
    const { failed } = await execa(this.#command, ["version", "--format", "{{json .}}"], {
      ...this.#execaOptions({ timeoutMs: PROBE_TIMEOUT_MS }),
      stdin: "ignore",
    });
    return !failed;
  }

  /** A container's own output may hold those words: so the engine itself is asked. */
  async #answersAfterAll([command]: readonly string[]): Promise<boolean> {
    return command !== "version" && command !== "info" && this.answers();
  }

  #execaOptions(options: RunOptions) {
    const env = { ...this.env, ...options.env };
    return {
      reject: false,
      extendEnv: false,
      env,
      forceKillAfterDelay: KILL_AFTER_MS,
      maxBuffer: 256 * 1024 * 1024,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...(options.signal && { cancelSignal: options.signal }),
      ...(options.timeoutMs !== undefined && { timeout: options.timeoutMs }),
    } satisfies Options;
  }

  async #judge(args: readonly string[], options: RunOptions, result: Ended): Promise<CommandResult> {
    const { stdout = "", stderr = "", exitCode } = result;
    const what = `\`${this.program} ${commandName(args)}\``;
    if (result.isCanceled) {
      throw new ContainerEngineError("CANCELLED", {
        happened: `${what} was cancelled.`,
        state: "The command was ended; a container that it started may still run.",
        next: "Remove what it had begun, or start again.",
        cause: options.signal?.reason,
      });
    }
    if (result.timedOut) {
      throw new ContainerEngineError("COMMAND_TIMED_OUT", {
        happened: `${what} did not end within ${(options.timeoutMs ?? 0) / 1000} s.`,
        state: "The command was ended; what it was doing may be half done.",
        next: `Look at \`${this.program} ps -a\`, then start again.`,
        stderrTail: lastLines(stderr),
      });
    }
    const missing = result.code === "ENOENT";
    if (missing || (exitCode !== 0 && GONE.test(stderr) && !(await this.#answersAfterAll(args)))) {
      throw new ContainerEngineError("ENGINE_GONE", {
        happened: missing ? `The command \`${this.program}\` is not there.` : `${what} could not reach its daemon.`,
        state: "The container engine does not answer; containers may or may not still run.",
        next: this.program === "docker" ? "Start Docker, then start again." : "Start Podman's machine or service, then start again.",
        exitCode,
        stderrTail: lastLines(stderr),
      });
    }
    const accepted = options.accept ?? [0];
    if (exitCode !== undefined && (accepted === "any" || accepted.includes(exitCode))) {
      return { stdout, stderr, exitCode };
    }
    const tail = lastLines(stderr) || lastLines(stdout);
    throw new ContainerEngineError("COMMAND_FAILED", {
      happened: `${what} ended with ${exitCode === undefined ? `signal ${result.signal ?? "unknown"}` : `exit code ${exitCode}`}${tail ? `: ${tail}` : "."}`,
      state: "Nothing else was done after it.",
      next: "The message above is the container engine's own; act on it, then start again.",
      exitCode,
      stderrTail: tail,
    });
  }
}

interface Ended {
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** Of the system, when the command could not even be started. */
  readonly code?: string | undefined;
  readonly isCanceled: boolean;
  readonly timedOut: boolean;
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : Buffer.from(bytes).toString();
}

/** Passes lines on unchanged and tells of each. */
function listenTo(tell: (line: string) => void) {
  return function* (line: unknown): Generator {
    tell(String(line));
    yield line;
  };
}

/** The words of a command that say what it does: arguments may be long. */
function commandName(args: readonly string[]): string {
  const words = args.slice(0, ["image", "container", "network", "volume", "pod"].includes(args[0] ?? "") ? 2 : 1);
  return words.join(" ");
}
