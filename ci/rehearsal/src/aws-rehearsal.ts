import type { Server } from "node:http";
import type { Clock } from "./clock/clock.ts";
import { machineTime } from "./clock/machine-time.ts";
import { ScaledClock } from "./clock/scaled-clock.ts";
import { controlMount } from "./control/control-mount.ts";
import { Ids, machineRandomness, type Randomness } from "./ids.ts";
import { Parts } from "./parts.ts";
import { registryMount } from "./registry/registry-mount.ts";
import { resume } from "./resume.ts";
import { address } from "./server/address.ts";
import { listen, urlOf } from "./server/http-server.ts";
import { notListening, requireLoopback } from "./server/listening.ts";
import type { StateFolder } from "./state/state-folder.ts";
import { Timeline } from "./timeline.ts";
import { World } from "./world/world.ts";

export interface RehearsalOptions {
  /** 0 takes any that is free. */
  readonly port?: number;
  /** Only loopback addresses are taken, unless `beyondThisMachine` says so again. */
  readonly host?: string;
  readonly beyondThisMachine?: boolean;
  /** `http://rehearsal:4610`, where callers reach it by another name than the one that it listens at: image references and addresses name this. */
  readonly toldAs?: string;
  readonly clock?: Clock;
  /** Virtual seconds in one of the machine while nothing is starting; 1 unless said otherwise. */
  readonly speed?: number;
  readonly randomness?: Randomness;
  /** What exists at the start, where nothing was saved. */
  readonly world?: World;
  /** Makes what exists at the start, where nothing was saved, before anything is. Where it throws, nothing is saved. */
  readonly make?: (parts: Parts) => Promise<void>;
  /** Where everything is kept, and taken up again; in memory alone when absent. */
  readonly state?: StateFolder;
  /** Puts other parts in place before anything runs. */
  readonly prepare?: (parts: Parts) => void;
  /** How a person's `stop` ends the process around it. */
  readonly onStop?: () => void;
}

/** An AWS on this machine. `start()` answers when it does; `stop()` leaves nothing behind. */
export class AwsRehearsal {
  readonly parts: Parts;
  readonly #options: RehearsalOptions;
  readonly #ownClock: ScaledClock | undefined;
  readonly #isNew: boolean;
  /** It goes on from what an earlier process has left. */
  readonly #isTakenUp: boolean;
  #id: string | undefined;
  #server: Server | undefined;
  #endState: () => void = () => undefined;

  /** Throws RehearsalError when what was saved cannot be read, or the address is not this machine's own. */
  constructor(options: RehearsalOptions = {}) {
    this.#options = options;
    requireLoopback(options);
    const saved = options.state?.load();
    this.#isNew = saved === undefined;
    this.#isTakenUp = (saved?.timeline.length ?? 0) > 0;
    const clock = options.clock ?? this.#makeClock(options.speed ?? 1, saved?.nowMs);
    this.#ownClock = clock instanceof ScaledClock ? clock : undefined;
    this.parts = new Parts({ world: saved?.world ?? options.world ?? new World(), clock, ids: new Ids(options.randomness ?? machineRandomness), timeline: new Timeline(clock, saved?.timeline) });
    options.prepare?.(this.parts);
  }

  /** Where it answers: what AWS_ENDPOINT_URL has to be. */
  get url(): string {
    if (this.#server === undefined) throw new Error("the rehearsal has not been started");
    return urlOf(this.#server);
  }

  /** By which its status tells it from another. */
  get id(): string {
    return (this.#id ??= this.parts.ids.uuid());
  }

  /** Throws RehearsalError PORT_TAKEN, and what `make` throws; `stop()` then ends what was begun. */
  async start(): Promise<this> {
    const { host = "127.0.0.1", port = 0, state, make, onStop } = this.#options;
    const mounts = [registryMount(this.parts), controlMount(this.parts, { id: this.id, ...(onStop === undefined ? {} : { stop: onStop }) })];
    try {
      this.#server = await listen(this.parts, mounts, { host, port });
    } catch (error) {
      throw notListening(error, host, port);
    }
    const told = this.parts.get(address);
    told.url = this.#options.toldAs ?? this.url;
    if (this.#options.beyondThisMachine === true) told.anyHost = true;
    if (this.#isNew) await make?.(this.parts);
    this.#endState = state?.follow(this.parts, machineTime, (error) => {
      this.#tellDefect(error);
    }) ?? this.#endState;
    if (this.#isTakenUp) this.parts.timeline.add("rehearsal", "taken-up");
    await resume(this.parts);
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await this.parts.stop();
    this.#ownClock?.stop();
    this.#endState();
  }

  #makeClock(speed: number, savedMs: number | undefined): ScaledClock {
    const onError = (error: unknown): void => {
      this.#tellDefect(error);
    };
    return new ScaledClock({ startMs: Math.max(machineTime.wallMs(), savedMs ?? 0), speed, machine: machineTime, onError });
  }

  #tellDefect(error: unknown): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // Said here too: where the disk is full, the timeline's file cannot be added to.
    process.stderr.write(`rehearsal: ${stack}\n`);
    this.parts.timeline.add("rehearsal", "defect", { stack });
  }
}

