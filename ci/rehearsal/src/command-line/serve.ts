import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AwsRehearsal } from "../aws-rehearsal.ts";
import { machineTime } from "../clock/machine-time.ts";
import { blobStore, BlobStore } from "../registry/blob-store.ts";
import { taskProvider } from "../tasks/task-provider.ts";
import { balancerSettings, defaultBalancerSettings } from "../load-balancer/balancer-settings.ts";
import { StateFolder } from "../state/state-folder.ts";
import { takeState } from "../state/state-lock.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { hookTargets } from "../services/codedeploy/hooks.ts";
import { requireLoopback } from "../server/listening.ts";
import { archivesIn, chooseEngine, containerTasks, type EngineName } from "./container-tasks.ts";
import { hookTargetOf } from "./hook-option.ts";
import { whenIdle } from "./idle.ts";
import { madeFrom, requireTerraform } from "./made-world.ts";
import { readSettings, settingsOf, worldOf, writeSettings } from "./run-settings.ts";
import { samePort } from "./same-port.ts";
import { requireSameWorld, savedDifference } from "./same-world.ts";
import type { Place } from "../world/terraform/place.ts";
import { World } from "../world/world.ts";
import { inState } from "./state-writable.ts";
import { removeRunning, writeRunning } from "./running.ts";

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  /** Said where others than this machine can reach that address. */
  readonly beyondThisMachine: boolean;
  /** `http://rehearsal:4610`, where it is reached by another name than it listens at. */
  readonly toldAs?: string;
  readonly state: string;
  /** Forget what was saved. */
  readonly fresh?: boolean;
  /** The same, where what was saved is another world than `world` makes now. */
  readonly freshWhenChanged?: boolean;
  /** Virtual seconds in one of the machine. */
  readonly speed: number;
  /** Terraform JSON that the world is made from, where nothing was saved. */
  readonly world?: string;
  /** Of several stacks in that, those that are meant; all when empty. */
  readonly stack: readonly string[];
  /** The one that is on the path when absent. */
  readonly engine?: EngineName;
  /** Ports of this machine for the load balancer's: `80=8080`; any that is free for the others. */
  readonly listen: Readonly<Record<number, number>>;
  /** By the name of a hook function: a command, or a URL. */
  readonly hook: Readonly<Record<string, string>>;
  /** It ends when nothing has happened for so many minutes of the machine's time. */
  readonly idleMinutes: number;
}

/** Is the rehearsal until somebody stops it, or nobody has used it for a while. Throws RehearsalError STATE_TAKEN when another is it with that state. */
export async function serve(options: ServeOptions): Promise<void> {
  // Where the log is on a full disk, what is said is lost, and nothing else.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  requireLoopback(options);
  const giveBack = inState(options.state, () => takeState(options.state));
  if (giveBack === undefined) throw new RehearsalError("STATE_TAKEN", `Another rehearsal has the state in ${options.state}. Nothing was started.`, "Use that one, stop it first, or name another --state.");
  try {
    await serveAlone(options);
  } finally {
    giveBack();
  }
}

async function serveAlone(options: ServeOptions): Promise<void> {
  const state = new StateFolder(options.state);
  const asked = settingsOf(options, process.env);
  const changed = options.freshWhenChanged === true ? await savedDifference(options.state, asked) : undefined;
  if (changed !== undefined) process.stderr.write(`The rehearsal begins anew, without what was released in it: ${changed}.\n`);
  if (options.fresh === true || changed !== undefined) state.clear();
  removeRunning(options.state);
  const isNew = state.load() === undefined;
  let place: Place = {};
  if (!isNew) await requireSameWorld(options.state, asked);
  else if (options.world !== undefined) place = requireTerraform(options.world, options.stack);
  const choice = await chooseEngine(options.engine, process.env);
  const settings = { ...asked, engine: choice.program };
  const tasks = await containerTasks(choice, { state: options.state, isNew });
  const ended = Promise.withResolvers<undefined>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => { ended.resolve(undefined); });
  let ignored: readonly string[] = [];
  const rehearsal = new AwsRehearsal({
    port: isNew ? options.port : await samePort(options),
    host: options.host,
    beyondThisMachine: options.beyondThisMachine,
    ...(options.toldAs === undefined ? {} : { toldAs: options.toldAs }),
    speed: options.speed,
    // That of the stacks: their ARNs have it.
    world: new World(place),
    state,
    onStop: () => { ended.resolve(undefined); },
    prepare: (parts) => {
      parts.provide(blobStore, new BlobStore(join(options.state, "blobs")));
      parts.provide(taskProvider, tasks(parts));
      parts.provide(hookTargets, Object.fromEntries(Object.entries(options.hook).map(([name, target]) => [name, hookTargetOf(target)])));
      parts.provide(balancerSettings, { ...defaultBalancerSettings, ports: options.listen });
    },
    make: async (parts) => {
      if (options.world !== undefined) ({ ignored } = await madeFrom(options.world, parts, options.stack));
      // Before the world is saved: one that is saved can always be told from another.
      await writeSettings(options.state, settings);
    },
  });
  try {
    await rehearsal.start();
    // A world that was taken up is the one it began with.
    const world = isNew ? {} : worldOf(await readSettings(options.state));
    await writeSettings(options.state, { ...settings, ...world, lastPort: Number(new URL(rehearsal.url).port) });
    writeRunning(options.state, { pid: process.pid, url: rehearsal.url, id: rehearsal.id, ignored: [...ignored] });
    const stopWatching = whenIdle(rehearsal.parts, machineTime, options.idleMinutes * 60_000, () => { ended.resolve(undefined); });
    await ended.promise;
    stopWatching();
  } finally {
    await rehearsal.stop();
    await rm(archivesIn(options.state), { recursive: true, force: true });
    removeRunning(options.state);
  }
}
