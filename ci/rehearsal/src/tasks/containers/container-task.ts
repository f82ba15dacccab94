import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../clock/clock.ts";
import type { Network } from "../../network/network.ts";
import type { ContainerSpec, RunningTask, TaskObserver, TaskSpec } from "../task-provider.ts";
import type { ContainerProgram } from "./container-program.ts";
import { waysOf, type TaskSpace } from "./engine-ways.ts";
import { runHealthCheck, watchHealth } from "./health-watch.ts";
import type { Images } from "./images.ts";
import { Milestones } from "./milestones.ts";
import type { Features } from "./run-arguments.ts";
import { StartFailed } from "./start-failed.ts";
import { TaskContainer, type Ending } from "./task-container.ts";
import { makeVolumes } from "./task-volumes.ts";

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
  readonly #abandoned = Promise.withResolvers<undefined>();

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

  exit(name: string, exitCode: number): void {
    const isRunning = this.#milestones.get(name)?.isStarted === true && this.#milestones.get(name)?.ending === undefined;
    if (isRunning) this.#containers.get(name)?.exit(exitCode).catch(this.#parts.onDefect);
  }

  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    this.#abandoned.resolve(undefined);
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
    const { task, program, features, labels, hosts, onNotice } = this.#parts;
    const images = await this.#provideImages();
    if (this.#isEnding) return;
    const imageOf = (name: string): string => images.get(name) ?? "";
    const making = [waysOf(program.name).makeSpace({ program, task, labels, name: this.#nameOf() }), makeVolumes({ program, task, labels, nameOf: this.#volumeName, imageOf })] as const;
    // Neither is left in the making when the other fails: what there is by then is removed.
    await Promise.allSettled(making);
    const [space, mountsOf] = await Promise.all(making);
    for (const spec of task.containers) {
      const surroundings = { image: imageOf(spec.name), labels, hosts, mounts: mountsOf(spec), network: space.arguments, memoryMb: spec.memoryMb ?? task.memoryMb };
      const onRefused = (feature: string, detail: string): void => {
        onNotice(`This machine's ${program.name} starts no container with ${feature}: ${detail}. Tasks go without.`);
      };
      const container = new TaskContainer({ spec, program, features, surroundings, name: this.#nameOf(spec.name), onRefused });
      void this.#run(spec, container, space);
    }
  }

  /** What the engine knows each container's image by. */
  async #provideImages(): Promise<ReadonlyMap<string, string>> {
    const { task, images } = this.#parts;
    const provided = await Promise.all(task.containers.map(async ({ name, image }) => {
      try {
        return [name, await images.provide(image)] as const;
      } catch (error) {
        if (error instanceof StartFailed) this.#tellEnd(name, { reason: error.message });
        throw error;
      }
    }));
    return new Map(provided);
  }

  /** Never rejects; its end is a milestone. */
  async #run(spec: ContainerSpec, container: TaskContainer, space: TaskSpace): Promise<void> {
    try {
      const dependencies = spec.dependsOn.map(async ({ containerName, condition }) => this.#milestones.get(containerName)?.reached(condition, containerName));
      await Promise.race([Promise.all(dependencies), this.#cause.promise]);
      if (this.#isEnding) return;
      this.#containers.set(spec.name, container);
      const ports = Promise.all(spec.containerPorts.map(async (port) => ({ port, published: await space.portOf(port) })));
      await Promise.all([container.start(), ports]);
      const ending = await this.#whileRunning(spec, container, await ports);
      this.#tellEnd(spec.name, ending);
      if (spec.essential) this.#endWith({ code: "EssentialContainerExited", reason: "Essential container in task exited" });
    } catch (error) {
      if (error instanceof StartFailed) this.#tellEnd(spec.name, { reason: error.message });
      this.#failToStart(error);
    } finally {
      this.#tellEnd(spec.name, {});
    }
  }

  async #whileRunning(spec: ContainerSpec, container: TaskContainer, ports: readonly { readonly port: number; readonly published: number | undefined }[]): Promise<Ending> {
    const { task, observer, network, clock } = this.#parts;
    const output = container.follow((line) => {
      if (!this.#isAbandoned) observer.output(spec.name, line);
    });
    const ended = container.ended(output);
    const undo = ports.flatMap(({ port, published }) => (published === undefined ? [] : [network.attach(task.address, port, { kind: "tcp", host: "127.0.0.1", port: published })]));
    this.#tell(spec.name, { status: "RUNNING" });
    this.#milestones.get(spec.name)?.start();
    const { healthCheck } = spec;
    if (healthCheck !== undefined) {
      const exec = container.exec();
      const check = async (): Promise<boolean> => runHealthCheck(await exec, healthCheck);
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
    await Promise.race([Promise.all(dependents.map(async (spec) => this.#milestones.get(spec.name)?.ended.promise)), this.#abandoned.promise]);
    const container = this.#containers.get(name);
    if (container === undefined) this.#tellEnd(name, {});
    const milestones = this.#milestones.get(name);
    await Promise.race([milestones?.started.promise, milestones?.ended.promise]);
    // What is abandoned, perhaps in the middle of this, ends by being removed, all at once.
    if (this.#isAbandoned) return;
    if (milestones?.ending === undefined) await Promise.race([container?.stop(stopTimeout), this.#abandoned.promise]);
    await Promise.race([milestones?.ended.promise, this.#abandoned.promise]);
  }

  async #remove(): Promise<void> {
    const { program, task } = this.#parts;
    const names = task.containers.map(({ name }) => this.#nameOf(name));
    await program.run(waysOf(program.name).removeTask(this.#nameOf(), names));
    await Promise.all([...this.#milestones.values()].map(async ({ ended }) => ended.promise));
    const volumes = [...new Set(task.containers.flatMap(({ mounts = [] }) => mounts.map(({ volume }) => this.#volumeName(volume))))];
    if (volumes.length > 0) await program.run(["volume", "rm", "--force", ...volumes]);
    await Promise.all([...volumes, ...names.map((name) => `${name}.run`)].map(async (name) => rm(join(program.folder, name), { recursive: true, force: true })));
  }

  #failToStart(error: unknown): void {
    // An image that was there may have been removed by somebody.
    this.#parts.images.forget();
    if (!(error instanceof StartFailed)) this.#parts.onDefect(error);
    this.#endWith({ code: "TaskFailedToStart", reason: error instanceof Error ? error.message : String(error) });
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
  readonly #volumeName = (volume: string): string => `${this.#nameOf()}-volume-${volume}`;
}
