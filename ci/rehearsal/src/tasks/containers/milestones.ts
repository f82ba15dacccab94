import { StartFailed } from "./start-failed.ts";
import type { Ending } from "./task-container.ts";

/** What others wait for in the life of a container. */
export class Milestones {
  readonly started = Promise.withResolvers<undefined>();
  readonly healthy = Promise.withResolvers<undefined>();
  readonly ended = Promise.withResolvers<Ending>();
  isStarted = false;
  ending: Ending | undefined;

  start(): void {
    this.isStarted = true;
    this.started.resolve(undefined);
  }

  /** False when that was known. */
  end(ending: Ending): boolean {
    if (this.ending !== undefined) return false;
    this.ending = ending;
    this.ended.resolve(ending);
    return true;
  }

  /** Throws StartFailed when it cannot come to that any more. */
  async reached(condition: "START" | "COMPLETE" | "SUCCESS" | "HEALTHY", name: string): Promise<void> {
    if (condition === "START") await this.started.promise;
    else if (condition === "HEALTHY") await Promise.race([this.healthy.promise, this.ended.promise.then(() => { throw new StartFailed(`Container ${name} exited before it was healthy, on which others depend.`); })]);
    else {
      const { exitCode } = await this.ended.promise;
      if (condition === "SUCCESS" && exitCode !== 0) throw new StartFailed(`Container ${name} exited with ${exitCode === undefined ? "no code" : `code ${String(exitCode)}`}, and others depend on its success.`);
    }
  }
}
