import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RehearsalError } from "../rehearsal-error.ts";
import type { MachineTime } from "../clock/machine-time.ts";
import type { Parts } from "../parts.ts";
import type { TimelineEntry } from "../timeline.ts";
import { World } from "../world/world.ts";

const savedSchema = z.object({ format: z.literal(1), nowMs: z.number(), world: z.unknown() });
const entrySchema = z.object({ number: z.number().int().positive(), at: z.string(), actor: z.string(), what: z.string(), detail: z.record(z.string(), z.json()) });

export interface SavedState {
  readonly world: World;
  /** Virtual time goes on from here at the earliest. */
  readonly nowMs: number;
  readonly timeline: readonly TimelineEntry[];
}

/** How long a change may wait to be written: many come together. */
const delayMs = 50;

/**
 * A rehearsal's state on disk: `world.json`, replaced at once as a whole, and
 * `timeline.ndjson`, to which lines are only added. What was killed goes on from
 * what stands there.
 */
export class StateFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get path(): string {
    return this.#folder;
  }

  /** Undefined where nothing was saved. Throws RehearsalError for what cannot be read: it is left as it is. */
  load(): SavedState | undefined {
    const text = readOr(join(this.#folder, "world.json"));
    if (text === undefined) return undefined;
    try {
      const { nowMs, world } = savedSchema.parse(JSON.parse(text));
      return { nowMs, world: World.restore(world), timeline: this.#readTimeline() };
    } catch (error) {
      const why = error instanceof z.ZodError ? `${error.issues[0]?.path.map(String).join(".") ?? ""}: ${error.issues[0]?.message ?? ""}` : (error as Error).message;
      throw new RehearsalError("STATE_UNREADABLE", `The saved state in ${this.#folder} cannot be used (${why}). Nothing was changed.`, "Start with --fresh to begin anew, or name another folder with --state.");
    }
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Saves what changes from now on. Returns what saves the last and ends. */
  follow(parts: Parts, machine: MachineTime, onFault: (error: unknown) => void): () => void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    let waiting: (() => void) | undefined;
    const save = (): void => {
      waiting = undefined;
      try {
        this.#save(parts);
      } catch (error) {
        onFault(error);
      }
    };
    const stopWorld = parts.world.onChange(() => {
      waiting ??= machine.after(delayMs, save);
    });
    const stopTimeline = parts.timeline.subscribe((entry) => {
      try {
        appendFileSync(this.#timelinePath, `${JSON.stringify(entry)}\n`);
      } catch (error) {
        onFault(error);
      }
    });
    save();
    return () => {
      stopWorld();
      stopTimeline();
      waiting?.();
      save();
    };
  }

  #save(parts: Parts): void {
    const path = join(this.#folder, "world.json");
    writeFileSync(`${path}.part`, JSON.stringify({ format: 1, nowMs: parts.clock.now(), world: parts.world }), { mode: 0o600 });
    renameSync(`${path}.part`, path);
  }

  get #timelinePath(): string {
    return join(this.#folder, "timeline.ndjson");
  }

  /** A last line that was cut off is left out; anything else that is broken is told. */
  #readTimeline(): TimelineEntry[] {
    const lines = (readOr(this.#timelinePath) ?? "").split("\n");
    return lines.flatMap((line, index) => {
      if (line === "") return [];
      try {
        return [entrySchema.parse(JSON.parse(line))];
      } catch (error) {
        if (index === lines.length - 1) return [];
        throw error;
      }
    });
  }
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
