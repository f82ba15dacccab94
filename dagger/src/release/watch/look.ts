import type { AwsClients } from "../aws/clients.ts";
import type { AwsNames } from "../release-settings.ts";
import type { EmitRelease } from "../../report/release-events.ts";
import { readAlarmNames, readSeenAlarms } from "./look/alarms.ts";
import { readDeployment, readTarget, type SeenTarget } from "./look/deployment.ts";
import { readSeenListeners, readTaskSets } from "./look/traffic.ts";
import { StoppedTasks } from "./look/new-stopped-tasks.ts";
import type { SeenDeployment, Sight } from "./sight.ts";
import { describeError, troubleOf } from "./trouble.ts";

export interface LookOptions {
  readonly clients: () => AwsClients;
  readonly names: AwsNames;
  readonly deploymentId: string;
  readonly signal: AbortSignal;
  readonly emit: EmitRelease;
  readonly now: () => number;
}

/** What CodeDeploy alone says: asked for often. */
export interface Glance {
  readonly deployment: SeenDeployment;
  readonly rollback: SeenDeployment | undefined;
}

/** Reads what there is to see of one deployment. Only its own state has to be readable; a part that is not is told of once, and left out. */
export class Look {
  readonly #options: LookOptions;
  readonly #stopped: StoppedTasks;
  readonly #told = new Set<string>();
  #alarmNames: readonly string[] | undefined;
  #candidateId: string | undefined;

  constructor(options: LookOptions) {
    this.#options = options;
    this.#stopped = new StoppedTasks(options);
  }

  /** Throws what the SDK throws. */
  async glance(): Promise<Glance> {
    const { clients, deploymentId, signal } = this.#options;
    const codedeploy = await clients().codedeploy();
    const deployment = await readDeployment(codedeploy, deploymentId, signal);
    return { deployment, rollback: deployment.rolledBackBy === undefined ? undefined : await readDeployment(codedeploy, deployment.rolledBackBy, signal) };
  }

  /** Everything else, and later than the glance: traffic that is seen after a deployment's end does not move any more. Throws what the SDK throws for credentials that have expired. */
  async look({ deployment, rollback }: Glance): Promise<Sight> {
    const { clients, names, signal } = this.#options;
    const [target, rollbackTarget, taskSets, listeners, alarms] = await Promise.all([
      this.#part("lifecycle events", async () => this.#target(deployment)),
      rollback === undefined ? undefined : this.#part("lifecycle events of the rollback", async () => this.#target(rollback)),
      this.#part("task sets", async () => readTaskSets(await clients().ecs(), names, signal)),
      this.#part("listeners", async () => readSeenListeners(await clients().elb(), deployment.productionListenerArns, signal)),
      this.#part("alarms", async () => this.#alarms()),
    ]);
    this.#candidateId = taskSets?.find(({ deploymentId }) => deploymentId === deployment.id)?.id ?? target?.candidateId ?? this.#candidateId;
    const stopped = this.#candidateId === undefined ? [] : await this.#part("stopped tasks", async () => this.#stopped.next(this.#candidateId ?? ""));
    return {
      atMs: this.#options.now(),
      deployment,
      rollback,
      events: target?.events ?? [],
      rollbackEvents: rollbackTarget?.events ?? [],
      taskSets,
      listeners: listeners?.length === 0 ? undefined : listeners,
      alarms,
      stopped: stopped ?? [],
    };
  }

  async #target({ id }: SeenDeployment): Promise<SeenTarget> {
    const { clients, names, signal } = this.#options;
    return readTarget(await clients().codedeploy(), id, `${names.cluster}:${names.service}`, signal);
  }

  async #alarms() {
    const { clients, names, signal } = this.#options;
    this.#alarmNames ??= await readAlarmNames(await clients().codedeploy(), names, signal);
    return readSeenAlarms(await clients().cloudwatch(), this.#alarmNames, signal);
  }

  async #part<Value>(what: string, read: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await read();
    } catch (error) {
      if (this.#options.signal.aborted || troubleOf(error) === "expired") throw error;
      const words = `${what} could not be read: ${describeError(error)}`;
      const key = `${what} ${(error as Error).name}`;
      if (!this.#told.has(key)) this.#options.emit({ kind: "trouble", what: words, tries: 1 });
      this.#told.add(key);
      return undefined;
    }
  }
}
