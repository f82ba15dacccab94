import type { EmitRelease, StoppedContainer } from "../../../report/release-events.ts";
import type { AwsClients } from "../../aws/clients.ts";
import type { AwsNames } from "../../release-settings.ts";
import type { StoppedTask } from "../sight.ts";
import { describeError } from "../trouble.ts";
import { readLastLines, readLogging } from "./last-lines.ts";
import { readEndedTasks, suspects, type EndedTask } from "./stopped-tasks.ts";

/** A version that dies again and again says the same each time. */
const mostTold = 5;

interface Options {
  readonly clients: () => AwsClients;
  readonly names: AwsNames;
  readonly signal: AbortSignal;
  readonly emit: EmitRelease;
}

/** Tells of each task of the new version that ended, once, with the end of the logs of the containers that died. */
export class StoppedTasks {
  readonly #options: Options;
  readonly #told = new Set<string>();
  #isUnreadTold = false;

  constructor(options: Options) {
    this.#options = options;
  }

  async next(taskSetId: string): Promise<StoppedTask[]> {
    const { clients, names, signal } = this.#options;
    const ended = await readEndedTasks(await clients().ecs(), names, taskSetId, signal);
    const fresh = ended.filter(({ taskArn }) => !this.#told.has(taskArn)).slice(0, mostTold - this.#told.size);
    const tasks = [];
    for (const task of fresh) {
      tasks.push({ arn: task.taskArn, reason: task.stoppedReason, containers: await this.#containers(task) });
      this.#told.add(task.taskArn);
    }
    return tasks;
  }

  async #containers(task: EndedTask): Promise<StoppedContainer[]> {
    const died = suspects(task);
    const lines = await this.#lines(task, died.map(({ name }) => name));
    return task.containers.map(({ exitCode, name, reason }) => ({ name, exitCode, reason, lastLines: lines.get(name) ?? [] }));
  }

  /** Logs are worth having and no more: without them the reasons are told all the same. */
  async #lines({ taskArn, taskDefinitionArn }: EndedTask, containers: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const { clients, emit, signal } = this.#options;
    const lines = new Map<string, readonly string[]>();
    try {
      const logging = await readLogging(await clients().ecs(), taskDefinitionArn, signal);
      for (const name of containers) lines.set(name, await readLastLines(clients(), logging.find((container) => container.name === name), taskArn, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      if (!this.#isUnreadTold) emit({ kind: "trouble", what: `the logs of stopped tasks could not be read: ${describeError(error)}`, tries: 1 });
      this.#isUnreadTold = true;
    }
    return lines;
  }
}
