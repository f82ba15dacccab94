import { join } from "node:path";
import { AwsRehearsal } from "../aws-rehearsal.ts";
import { machineTime } from "../clock/machine-time.ts";
import { blobStore, BlobStore } from "../registry/blob-store.ts";
import { taskProvider } from "../tasks/task-provider.ts";
import { balancerSettings, defaultBalancerSettings } from "../load-balancer/balancer-settings.ts";
import { StateFolder } from "../state/state-folder.ts";
import { fromTerraform } from "../world/from-terraform.ts";
import { chooseEngine, containerTasks, type EngineName } from "./container-tasks.ts";
import { removeRunning, writeRunning } from "./running.ts";

export interface ServeOptions {
  readonly port: number;
  readonly state: string;
  /** Virtual seconds in one of the machine. */
  readonly speed: number;
  /** Terraform JSON that the world is made from, where nothing was saved. */
  readonly world?: string;
  /** The one that is on the path when absent. */
  readonly engine?: EngineName;
  /** Ports of this machine for the load balancer's: `80=8080`; any that is free for the others. */
  readonly listen: Readonly<Record<number, number>>;
  /** It ends when nothing has happened for so many minutes of the machine's time. */
  readonly idleMinutes: number;
}

/** Is the rehearsal until somebody stops it, or nobody has used it for a while. */
export async function serve(options: ServeOptions): Promise<void> {
  const state = new StateFolder(options.state);
  const isNew = state.load() === undefined;
  const tasks = await containerTasks(await chooseEngine(options.engine, process.env), join(options.state, "archives"));
  const ended = Promise.withResolvers<undefined>();
  const rehearsal = await new AwsRehearsal({
    port: options.port,
    speed: options.speed,
    state,
    onStop: () => { ended.resolve(undefined); },
    prepare: (parts) => {
      parts.provide(blobStore, new BlobStore(join(options.state, "blobs")));
      parts.provide(taskProvider, tasks(parts));
      parts.provide(balancerSettings, { ...defaultBalancerSettings, ports: options.listen });
    },
  }).start();
  try {
    if (isNew && options.world !== undefined) await fromTerraform(options.world, rehearsal.parts);
    writeRunning(options.state, { pid: process.pid, url: rehearsal.url, id: rehearsal.parts.ids.uuid() });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => { ended.resolve(undefined); });
    const stopWatching = whenIdle(rehearsal, options.idleMinutes * 60_000, () => { ended.resolve(undefined); });
    await ended.promise;
    stopWatching();
  } finally {
    await rehearsal.stop();
    removeRunning(options.state);
  }
}

/** A call, a shift of traffic, a health check that changed: each is an event. */
function whenIdle(rehearsal: AwsRehearsal, idleMs: number, then: () => void): () => void {
  let cancel = machineTime.after(idleMs, then);
  const stop = rehearsal.parts.timeline.subscribe(() => {
    cancel();
    cancel = machineTime.after(idleMs, then);
  });
  return () => {
    stop();
    cancel();
  };
}
