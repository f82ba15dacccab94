import type { Clock } from "../../clock/clock.ts";
import type { Network } from "../../network/network.ts";
import type { ContainerSpec, RunningTask, TaskObserver, TaskSpec } from "../task-provider.ts";
import type { ContainerProgram } from "./container-program.ts";
import { UnusableVariable } from "./environment.ts";
import { runHealthCheck, watchHealth } from "./health-watch.ts";
import { ImageMissing, type Images } from "./images.ts";
import { Milestones } from "./milestones.ts";
import type { Features } from "./run-arguments.ts";
import { StartFailed, TaskContainer, type Ending } from "./task-container.ts";
import { makeSpace, type TaskSpace } from "./task-space.ts";

type Stop = Parameters<TaskObserver["stopped"]>[0];

export interface ContainerTaskParts {
  readonly task: TaskSpec;
  readonly observer: TaskObserver;
  readonly program: ContainerProgram;
  readonly images: Images;
  readonly network: Network;
  readonly clock: Clock;
  readonly features: Features;
  readonly labels: readonly string[];
  /** File that becomes /etc/hosts. */
  readonly hosts: string;
  readonly namePrefix: string;
  readonly onDefect: (error: unknown) => void;
  readonly onNotice: (text: string) => void;
}

/** A task as containers that share one localhost. */
export class ContainerTask implements RunningTask {
  readonly #parts: ContainerTaskParts;
  readonly #cause = Promise.withResolvers<Stop>();
  readonly #over = Promise.withResolvers<undefined>();
  readonly #milestones: ReadonlyMap<string, Milestones>;
  readonly #containers = new Map<string, TaskContainer>();
  #isEnding = false;
  /** The rehearsal itself ends: nobody is told, and nobody is given time. */
  #isAbandoned = false;

  constructor(parts: ContainerTaskParts) {
    this.#parts = parts;
    this.#milestones = new Map(parts.task.containers.map(({ name }) => [name, new Milestones()]));
    this.#live().catch(parts.onDefect);
  }

  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  async stop(code: "UserInitiated" | "ServiceSchedulerInitiated", reason: string): Promise<void> {
    this.#endWith({ code, reason });
    await this.over;
  }

  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    await this.stop("ServiceSchedulerInitiated", "The rehearsal ends.");
  }

  async #live(): Promise<void> {
    const { task, observer, onDefect } = this.#parts;
    try {
      for (const { name, healthCheck } of task.containers) observer.container(name, { status: "PENDING", ...(healthCheck === undefined ? {} : { health: "UNKNOWN" }) });
      await this.#bringUp().catch((error: unknown) => {
        this.#failToStart(error);
      });
      const cause = await this.#cause.promise;
      await Promise.all(task.containers.map(async (spec) => this.#end(spec)));
      await this.#remove();
      if (!this.#isAbandoned) observer.stopped(cause);
    } catch (error) {
      onDefect(error);
    } finally {
      this.#over.resolve(undefined);
    }
  }

  async #bringUp(): Promise<void> {
    const { task, program, images, features, labels, hosts, onNotice } = this.#parts;
    const references = new Map<string, string>();
    await Promise.all(task.containers.map(async ({ name, image }) => {
      try {
        references.set(name, await images.provide(image));
      } catch (error) {
        if (error instanceof ImageMissing) this.#tellEnd(name, { reason: pullReason(error) });
        throw error;
      }
    }));
    if (this.#isEnding) return;
    const space = await makeSpace({ program, task, labels, nameOf: this.#nameOf });
    for (const spec of task.containers) {
      const surroundings = { image: references.get(spec.name) ?? spec.image, labels, hosts, network: space.networkArguments(spec.name), memoryMb: spec.memoryMb ?? task.memoryMb };
      const onRefused = (feature: string, detail: string): void => {
        onNotice(`This machine's ${program.name} starts no container with ${feature}: ${detail}. Tasks go without.`);
      };
      const container = new TaskContainer({ spec, program, features, surroundings, name: this.#nameOf(spec.name), onRefused });
      void this.#run(spec, container, space);
    }
  }

  /** Never rejects; its end is a milestone. */
  async #run(spec: ContainerSpec, container: TaskContainer, space: TaskSpace): Promise<void> {
    try {
      await Promise.race([this.#dependencies(spec, space), this.#cause.promise]);
      if (this.#isEnding) return;
      this.#containers.set(spec.name, container);
      await container.start();
      const ending = await this.#whileRunning(spec, container, space);
      this.#tellEnd(spec.name, ending);
      if (spec.essential) this.#endWith({ code: "EssentialContainerExited", reason: "Essential container in task exited" });
    } catch (error) {
      if (error instanceof StartFailed) this.#tellEnd(spec.name, { reason: error.message });
      this.#failToStart(error);
    } finally {
      this.#tellEnd(spec.name, {});
    }
  }

  async #dependencies({ name, dependsOn }: ContainerSpec, { owner }: TaskSpace): Promise<void> {
    const all = owner === undefined || owner === name ? dependsOn : [...dependsOn, { containerName: owner, condition: "START" as const }];
    await Promise.all(all.map(async ({ containerName, condition }) => this.#milestones.get(containerName)?.reached(condition, containerName)));
  }

  async #whileRunning(spec: ContainerSpec, container: TaskContainer, space: TaskSpace): Promise<Ending> {
    const { task, observer, network, clock, program } = this.#parts;
    const output = container.follow((line) => {
      if (!this.#isAbandoned) observer.output(spec.name, line);
    });
    const ended = container.ended(output);
    const ports = await Promise.all(spec.containerPorts.map(async (port) => ({ port, published: await space.portOf(port) })));
    const undo = ports.flatMap(({ port, published }) => (published === undefined ? [] : [network.attach(task.address, port, { kind: "tcp", host: "127.0.0.1", port: published })]));
    this.#tell(spec.name, { status: "RUNNING" });
    this.#milestones.get(spec.name)?.started.resolve(undefined);
    const { healthCheck } = spec;
    if (healthCheck !== undefined) {
      const check = async (): Promise<boolean> => runHealthCheck(program, this.#nameOf(spec.name), healthCheck);
      undo.push(watchHealth(healthCheck, { clock, check, onHealth: (health) => {
        this.#tell(spec.name, { status: "RUNNING", health });
        if (health === "HEALTHY") this.#milestones.get(spec.name)?.healthy.resolve(undefined);
      } }));
    }
    const ending = await ended;
    for (const take of undo) take();
    return ending;
  }

  /** After all that depend on it, as they were started before them. */
  async #end({ name, stopTimeout }: ContainerSpec): Promise<void> {
    const dependents = this.#parts.task.containers.filter(({ dependsOn }) => dependsOn.some(({ containerName }) => containerName === name));
    if (!this.#isAbandoned) await Promise.all(dependents.map(async (spec) => this.#milestones.get(spec.name)?.ended.promise));
    const container = this.#containers.get(name);
    if (container === undefined) this.#tellEnd(name, {});
    const milestones = this.#milestones.get(name);
    await Promise.race([milestones?.started.promise, milestones?.ended.promise]);
    if (milestones?.ending === undefined) await container?.stop(this.#isAbandoned ? 0 : stopTimeout);
    await milestones?.ended.promise;
  }

  async #remove(): Promise<void> {
    const { program, task } = this.#parts;
    if (program.name === "podman") await program.run(["pod", "rm", "--force", "--ignore", "--time", "0", this.#nameOf()]);
    else await program.run(["rm", "--force", "--volumes", ...task.containers.map(({ name }) => this.#nameOf(name))]);
  }

  #failToStart(error: unknown): void {
    if (!(error instanceof StartFailed || error instanceof ImageMissing || error instanceof UnusableVariable)) this.#parts.onDefect(error);
    const detail = error instanceof Error ? error.message : String(error);
    this.#endWith({ code: "TaskFailedToStart", reason: error instanceof ImageMissing ? pullReason(error) : error instanceof UnusableVariable ? `CannotCreateContainerError: ${detail}` : detail });
  }

  #endWith(stop: Stop): void {
    this.#isEnding = true;
    this.#cause.resolve(stop);
  }

  #tell(name: string, change: Parameters<TaskObserver["container"]>[1]): void {
    if (!this.#isAbandoned) this.#parts.observer.container(name, change);
  }

  /** Once; what is said first holds. */
  #tellEnd(name: string, ending: Ending): void {
    if (this.#milestones.get(name)?.end(ending) === true) this.#tell(name, { status: "STOPPED", ...ending });
  }

  readonly #nameOf = (container?: string): string => [this.#parts.namePrefix, this.#parts.task.id, ...(container === undefined ? [] : [container])].join("-");
}

const pullReason = (error: ImageMissing): string => `CannotPullContainerError: pull image manifest has been retried 1 time(s): ${error.message}`;
