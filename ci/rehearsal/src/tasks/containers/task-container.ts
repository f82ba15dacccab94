import { setTimeout as delay } from "node:timers/promises";
import type { ContainerSpec } from "../task-provider.ts";
import { lastLine, type ContainerProgram, type Following } from "./container-program.ts";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { environmentArguments } from "./environment.ts";
import { refusedFeature, runArguments, type Features, type RunSurroundings } from "./run-arguments.ts";

/** How one ended; without an exit code when it never ran, or somebody took it away. */
export interface Ending {
  readonly exitCode?: number;
  readonly reason?: string;
}

/** The engine would not start it; the message is the task's reason. */
export class StartFailed extends Error {}

/** Output that the engine has not handed over by then, of the machine's time, is given up. */
const outputMs = 3000;

export interface TaskContainerParts {
  readonly spec: ContainerSpec;
  readonly program: ContainerProgram;
  /** Of the engine. */
  readonly name: string;
  readonly surroundings: Omit<RunSurroundings, "program" | "name" | "environment" | "features">;
  readonly features: Features;
  /** Something that this machine's engine cannot do, and the task goes without. */
  readonly onRefused: (feature: keyof Features, detail: string) => void;
}

/** One container from start to end, as the engine has it. */
export class TaskContainer {
  readonly #parts: TaskContainerParts;

  constructor(parts: TaskContainerParts) {
    this.#parts = parts;
  }

  /** Throws StartFailed. */
  async start(): Promise<void> {
    const { spec, program, name, surroundings, features, onRefused } = this.#parts;
    const envFile = join(program.folder, `${name}.env`);
    const { args, env, inFile } = environmentArguments(spec.environment, program.env, envFile);
    if (inFile !== "") await writeFile(envFile, inFile, { mode: 0o600 });
    const { exitCode, stderr } = await program.run(runArguments(spec, { ...surroundings, program: program.name, name, environment: args, features }), { env }).finally(async () => rm(envFile, { force: true }));
    if (exitCode === 0) return;
    const feature = refusedFeature(stderr, features);
    if (feature === undefined) throw new StartFailed(`CannotStartContainerError: ${lastLine(stderr)}`);
    features[feature] = false;
    onRefused(feature, lastLine(stderr));
    await program.run(["rm", "--force", name]);
    await this.start();
  }

  /** From its first line on, also of what it said before. */
  follow(onLine: (line: string) => void): Following {
    return this.#parts.program.follow(["logs", "--follow", this.#parts.name], onLine);
  }

  /** Returns when it has ended, for whatever reason, and its output has been heard. */
  async ended(output: Following): Promise<Ending> {
    const { program, name } = this.#parts;
    await program.run(["wait", ...(program.name === "podman" ? ["--interval", "500"] : []), name], { timeoutMs: Infinity });
    const { exitCode, stdout } = await program.run(["inspect", "--type", "container", "--format", "{{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}", name]);
    // What waited was ended, not what it waited for.
    if (exitCode === 0 && stdout.startsWith("true")) return this.ended(output);
    await Promise.race([output.ended, delay(outputMs, undefined, { ref: false })]);
    output.end();
    if (exitCode !== 0) return { reason: "The container was removed from outside the rehearsal." };
    const [, code, isOutOfMemory] = stdout.trim().split(" ");
    return { exitCode: Number(code), ...(isOutOfMemory === "true" ? { reason: "OutOfMemoryError: Container killed due to memory usage" } : {}) };
  }

  /** SIGTERM, and SIGKILL after so many seconds of the machine's time. */
  async stop(seconds: number): Promise<void> {
    const { program, name } = this.#parts;
    await program.run(["stop", "--time", String(seconds), name], { timeoutMs: (seconds + 60) * 1000 });
  }
}
