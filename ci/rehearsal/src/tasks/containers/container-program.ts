import { execa } from "execa";

/** For commands that take moments: so that an engine that hangs does not hang the task. */
const momentMs = 120_000;

export interface CommandOptions {
  /** Added to the environment of this one command: the place for values of secrets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of the machine's time. */
  readonly timeoutMs?: number;
  /** Where it runs; the program's own folder otherwise. */
  readonly folder?: string;
  /** Another program of this machine, in place of the engine's. */
  readonly command?: string;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Following {
  /** Settles when the command has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly end: () => void;
}

export type ProgramName = "podman" | "docker";

/** Which container program, and the whole environment of its commands. */
export interface ProgramChoice {
  readonly program: ProgramName;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The command line of Docker or Podman: runs it, and knows nothing of what it does. */
export class ContainerProgram {
  readonly name: ProgramName;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where commands run; only this user's own, where it is a task's. */
  readonly folder: string;

  constructor({ program, env }: ProgramChoice, folder = "/") {
    this.name = program;
    this.env = env;
    this.folder = folder;
  }

  /** Any exit code is an answer; 124 stands for a command that took too long. */
  async run(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const { timeoutMs = momentMs, command = this.name } = options;
    const result = await execa(command, args, { ...this.#options(options), stdin: "ignore", ...(timeoutMs === Infinity ? {} : { timeout: timeoutMs, forceKillAfterDelay: 1000 }) });
    if (result.timedOut) return { exitCode: 124, stdout: result.stdout, stderr: `no end within ${String(timeoutMs / 1000)} s` };
    // No exit code: it could not be started, or was killed. The message would show the command line.
    return { exitCode: result.exitCode ?? 125, stdout: result.stdout, stderr: result.exitCode === undefined ? `${command} ended with ${result.signal ?? result.code ?? "no exit code"}` : result.stderr };
  }

  /** A command whose output is heard line by line, of stdout and stderr. */
  follow(args: readonly string[], onLine: (line: string) => void): Following {
    const child = execa(this.name, args, { ...this.#options({}), stdin: "ignore", all: true, buffer: false });
    const read = async (): Promise<void> => {
      for await (const line of child.iterable({ from: "all" })) onLine(line);
    };
    return {
      ended: read().catch(() => undefined),
      end: () => {
        child.kill();
      },
    };
  }

  #options({ env = {}, folder = this.folder }: CommandOptions) {
    return { reject: false, extendEnv: false, env: { ...this.env, ...env }, cwd: folder } as const;
  }
}
