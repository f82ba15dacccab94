import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ContainerSpec } from "../task-provider.ts";
import type { ContainerProgram, Following } from "./container-program.ts";
import { waysOf, type Exec } from "./engine-ways.ts";
import { environmentArguments } from "./environment.ts";
import { refusedFeature, runArguments, type Features, type RunSurroundings } from "./run-arguments.ts";
import { reasonOf, StartFailed } from "./start-failed.ts";

/** How one ended; without an exit code when it never ran, or somebody took it away. */
export interface Ending {
  readonly exitCode?: number;
  readonly reason?: string;
}

/** Output that the engine has not handed over by then, of the machine's time, is given up. */
const outputMs = 3000;

export interface TaskContainerParts {
  readonly spec: ContainerSpec;
  readonly program: ContainerProgram;
  /** Of the engine. */
  readonly name: string;
  readonly surroundings: Omit<RunSurroundings, "name" | "environment" | "features">;
  readonly features: Features;
  /** Something that this machine's engine cannot do, and the task goes without. */
  readonly onRefused: (feature: keyof Features, detail: string) => void;
}

/** One container from start to end, as the engine has it. */
export class TaskContainer {
  readonly #parts: TaskContainerParts;
  /** Where its command runs: Podman's monitor leaves a file there when the kernel kills for memory. */
  readonly #folder: string;
  #id = "";
  #toldExitCode: number | undefined;

  constructor(parts: TaskContainerParts) {
    this.#parts = parts;
    this.#folder = join(parts.program.folder, `${parts.name}.run`);
  }

  /** Throws StartFailed. */
  async start(): Promise<void> {
    const { spec, program, name, surroundings, features, onRefused } = this.#parts;
    await mkdir(this.#folder, { recursive: true });
    const tried = { ...features };
    const envFile = join(this.#folder, "environment");
    const { args, env, inFile } = environmentArguments(spec.environment, program.env, envFile);
    if (inFile !== "") await writeFile(envFile, inFile, { mode: 0o600 });
    const { exitCode, stdout, stderr } = await program.run(runArguments(spec, waysOf(program.name), { ...surroundings, name, environment: args, features: tried }), { env, folder: this.#folder }).finally(async () => rm(envFile, { force: true }));
    this.#id = stdout.trim();
    if (exitCode === 0) return;
    const feature = refusedFeature(stderr, tried);
    if (feature === undefined) throw new StartFailed(`CannotStartContainerError: ${reasonOf(stderr)}`);
    // Another container may have found that out meanwhile.
    if (features[feature]) onRefused(feature, reasonOf(stderr));
    features[feature] = false;
    await program.run(["rm", "--force", name]);
    await this.start();
  }

  /** From its first line on, also of what it said before. */
  follow(onLine: (line: string) => void): Following {
    return this.#parts.program.follow(["logs", "--follow", this.#parts.name], onLine);
  }

  /** Once it runs. */
  async exec(): Promise<Exec> {
    const { program, name } = this.#parts;
    return waysOf(program.name).execIn(program, { name, id: this.#id });
  }

  /** Returns when it has ended, for whatever reason, and its output has been heard. */
  async ended(output: Following, triesLeft = 3): Promise<Ending> {
    const { program, name } = this.#parts;
    await program.run(["wait", name], { timeoutMs: Infinity });
    const { exitCode, stdout, stderr } = await program.run(["inspect", "--type", "container", "--format", "{{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}", name]);
    // What waited was ended, not what it waited for.
    if (exitCode === 0 && stdout.startsWith("true")) return this.ended(output, triesLeft);
    // An engine under load fails now and then; only a container that is gone stays so.
    const isGone = /no such (?:container|object)/i.test(stderr);
    if (exitCode !== 0 && !isGone && triesLeft > 0) return this.ended(output, triesLeft - 1);
    await Promise.race([output.ended, delay(outputMs, undefined, { ref: false })]);
    output.end();
    if (this.#toldExitCode !== undefined) return { exitCode: this.#toldExitCode };
    if (exitCode !== 0) return { reason: isGone ? "The container was removed from outside the rehearsal." : `The engine does not say how it ended: ${reasonOf(stderr)}` };
    const [, code, isOutOfMemory] = stdout.trim().split(" ");
    const isKilledForMemory = isOutOfMemory === "true" || (await access(join(this.#folder, "oom")).then(() => true, () => false));
    return { exitCode: Number(code), ...(isKilledForMemory ? { reason: "OutOfMemoryError: Container killed due to memory usage" } : {}) };
  }

  /** SIGTERM, and SIGKILL after so many seconds of the machine's time. */
  async stop(seconds: number): Promise<void> {
    const { program, name } = this.#parts;
    await program.run(["stop", "-t", String(seconds), name], { timeoutMs: (seconds + 60) * 1000 });
  }

  /** Ends it as if its process had by itself, with this code. */
  async exit(code: number): Promise<void> {
    this.#toldExitCode = code;
    await this.#parts.program.run(["kill", this.#parts.name]);
  }
}
