import type { TaskObserver } from "../../src/tasks/task-provider.ts";

type Stop = Parameters<TaskObserver["stopped"]>[0];

/** Hears all that a provider tells of a task, and waits for some of it. */
export class Recorder implements TaskObserver {
  /** `name STATUS health code reason`, in order. */
  readonly events: string[] = [];
  readonly lines: string[] = [];
  stop: Stop | undefined;
  #waiting: { readonly isSo: () => boolean; readonly resolve: () => void }[] = [];

  readonly container: TaskObserver["container"] = (name, { status, health, exitCode, reason }) => {
    this.events.push([name, status, health, exitCode, reason].filter((part) => part !== undefined).join(" "));
    this.#look();
  };
  readonly output: TaskObserver["output"] = (container, line) => {
    this.lines.push(`${container}: ${line}`);
    this.#look();
  };
  readonly stopped: TaskObserver["stopped"] = (stop) => {
    this.stop = stop;
    this.#look();
  };

  async until(isSo: () => boolean): Promise<void> {
    if (isSo()) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push({ isSo, resolve });
    });
  }

  async event(event: string): Promise<void> {
    await this.until(() => this.events.includes(event));
  }

  async end(): Promise<Stop | undefined> {
    await this.until(() => this.stop !== undefined);
    return this.stop;
  }

  #look(): void {
    for (const { isSo, resolve } of this.#waiting) if (isSo()) resolve();
    this.#waiting = this.#waiting.filter(({ isSo }) => !isSo());
  }
}
