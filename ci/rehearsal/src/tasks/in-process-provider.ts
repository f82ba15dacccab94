import { after } from "../clock/clock.ts";
import { network } from "../network/network.ts";
import type { Parts } from "../parts.ts";
import type { ContainerSpec, RunningTask, TaskObserver, TaskProvider, TaskSpec } from "./task-provider.ts";

/** What a container answers; one that throws, or is not there, has connections refused. */
export type InProcessHandler = (request: Request) => Response | Promise<Response>;

/** A container in this process: what it answers, and what it can do besides. */
export interface InProcessContainer extends ContainerSpec {
  readonly address: string;
  readonly log: (line: string) => void;
  /** Ends it, as if its process had. */
  readonly exit: (code: number) => void;
  readonly setHealth: (health: "HEALTHY" | "UNHEALTHY") => void;
}

export interface InProcessOptions {
  readonly parts: Parts;
  /** By an image's reference, or the beginning of it; the longest that fits is taken. */
  readonly images: Readonly<Record<string, (container: InProcessContainer) => InProcessHandler | undefined>>;
  /** Virtual milliseconds from a task's start until its containers run. */
  readonly startMs?: number;
}

/** Tasks without containers, for tests: on the rehearsal's clock, with handlers in place of processes. */
export class InProcessTaskProvider implements TaskProvider {
  readonly #options: InProcessOptions;
  readonly #tasks = new Set<InProcessTask>();

  constructor(options: InProcessOptions) {
    this.#options = options;
  }

  start(spec: TaskSpec, observer: TaskObserver): RunningTask {
    const task = new InProcessTask(this.#options, spec, observer, () => this.#tasks.delete(task));
    this.#tasks.add(task);
    return {
      exit: (container, exitCode) => {
        task.exit(container, exitCode);
      },
      stop: async (code, reason) => {
        task.stop(code, reason);
        return Promise.resolve();
      },
    };
  }

  async stop(): Promise<void> {
    for (const task of this.#tasks) task.end();
    this.#tasks.clear();
    return Promise.resolve();
  }
}

type Stop = Parameters<TaskObserver["stopped"]>[0];

class InProcessTask {
  readonly #options: InProcessOptions;
  readonly #spec: TaskSpec;
  readonly #observer: TaskObserver;
  readonly #onEnd: () => void;
  #undo: (() => void)[] = [];
  /** By container, once it has been started: what takes it away. */
  readonly #detach = new Map<string, (() => void)[]>();
  readonly #ended = new Set<string>();
  #isOver = false;

  constructor(options: InProcessOptions, spec: TaskSpec, observer: TaskObserver, onEnd: () => void) {
    this.#options = options;
    this.#spec = spec;
    this.#observer = observer;
    this.#onEnd = onEnd;
    this.#undo.push(after(options.parts.clock, options.startMs ?? 1000, () => {
      for (const container of spec.containers) if (!this.#isOver) this.#run(container);
    }));
  }

  stop(code: Stop["code"], reason: string): void {
    if (this.#isOver) return;
    this.end();
    for (const { name } of this.#spec.containers) if (!this.#ended.has(name)) this.#observer.container(name, { status: "STOPPED", exitCode: 0 });
    this.#observer.stopped({ code, reason });
  }

  exit(container: string, exitCode: number): void {
    const spec = this.#spec.containers.find(({ name }) => name === container);
    if (spec !== undefined && this.#detach.has(container)) this.#exit(spec, exitCode);
  }

  /** Without a word. */
  end(): void {
    this.#isOver = true;
    for (const undo of [...this.#undo, ...[...this.#detach.values()].flat()]) undo();
    this.#undo = [];
    this.#onEnd();
  }

  #run(container: ContainerSpec): void {
    const { images, parts } = this.#options;
    const [image] = Object.keys(images).filter((prefix) => container.image.startsWith(prefix)).toSorted((one, other) => other.length - one.length);
    if (image === undefined) {
      const reason = `CannotPullContainerError: failed to resolve ref ${container.image}: not found`;
      this.end();
      this.#observer.container(container.name, { status: "STOPPED", reason });
      this.#observer.stopped({ code: "TaskFailedToStart", reason });
      return;
    }
    const handler = images[image]?.({
      ...container,
      address: this.#spec.address,
      log: (line) => {
        this.#observer.output(container.name, line);
      },
      exit: (code) => {
        this.#exit(container, code);
      },
      setHealth: (health) => {
        if (!this.#isOver && !this.#ended.has(container.name)) this.#observer.container(container.name, { status: "RUNNING", health });
      },
    });
    if (this.#isOver || this.#ended.has(container.name)) return;
    const ports = handler === undefined ? [] : container.containerPorts.map((port) => parts.get(network).attach(this.#spec.address, port, { kind: "handler", handle: async (request) => handler(request) }));
    this.#detach.set(container.name, ports);
    this.#observer.container(container.name, { status: "RUNNING", health: container.healthCheck === undefined ? "UNKNOWN" : "HEALTHY" });
  }

  #exit({ name, essential }: ContainerSpec, exitCode: number): void {
    if (this.#isOver || this.#ended.has(name)) return;
    this.#ended.add(name);
    for (const detach of this.#detach.get(name) ?? []) detach();
    this.#detach.delete(name);
    if (essential) this.end();
    this.#observer.container(name, { status: "STOPPED", exitCode });
    if (essential) this.#observer.stopped({ code: "EssentialContainerExited", reason: "Essential container in task exited" });
  }
}
