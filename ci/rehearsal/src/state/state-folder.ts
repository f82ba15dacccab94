import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RehearsalError } from "../rehearsal-error.ts";
import type { MachineTime } from "../clock/machine-time.ts";
import type { Parts } from "../parts.ts";
import type { TimelineEntry } from "../timeline.ts";
import { World } from "../world/world.ts";
import { LineFile } from "./line-file.ts";

const savedSchema = z.object({ format: z.literal(1), nowMs: z.number(), world: z.unknown() });
const entrySchema = z.object({ number: z.number().int().positive(), at: z.string(), actor: z.string(), what: z.string(), detail: z.record(z.string(), z.json()) });

export interface SavedState {
  readonly world: World;
  /** Virtual time goes on from here at the earliest. */
  readonly nowMs: number;
  readonly timeline: readonly TimelineEntry[];
}

/** The log, the locks and the id of its containers stay: by that the next one finds what was left running. */
const ownNames = ["world.json", "world.json.part", "timeline.ndjson", "settings.json", "running.json", "blobs", "archives"] as const;

/** How long a change may wait to be written: many come together. */
const delayMs = 50;

/**
 * A rehearsal's state on disk: `world.json`, replaced at once as a whole, and
 * `timeline.ndjson`, to which lines are only added. What was killed goes on from
 * what stands there.
 */
export class StateFolder {
  readonly #folder: string;
  /** Number of the last entry of the timeline that stands in the file; 0 for a state that begins. */
  #lastNumber = 0;

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
      const timeline = this.#readTimeline();
      this.#lastNumber = timeline.at(-1)?.number ?? 0;
      return { nowMs, world: World.restore(world), timeline };
    } catch (error) {
      const why = error instanceof z.ZodError ? `${error.issues[0]?.path.map(String).join(".") ?? ""}: ${error.issues[0]?.message ?? ""}` : (error as Error).message;
      throw new RehearsalError("STATE_UNREADABLE", `The saved state in ${this.#folder} cannot be used (${why}). Nothing was changed.`, "Start with --fresh to begin anew, or name another folder with --state.");
    }
  }

  /** Forgets what rehearsals have kept in it. A folder that none has had is left as it is, and so is whatever else lies in one. */
  clear(): void {
    if (["timeline.ndjson", "containers-id"].every((name) => !existsSync(join(this.#folder, name)))) return;
    for (const name of ownNames) rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  /**
   * Saves what is there and not saved, and what changes from now on. Returns what
   * saves the last and ends. A fault is told once, however often it comes again
   * before something could be written; what could not be is written then.
   */
  follow(parts: Parts, machine: MachineTime, onFault: (error: unknown) => void): () => void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    // Whoever is told may add to the timeline: never from within a write that fails.
    const tell = (error: unknown): void => {
      machine.after(0, () => { onFault(error); });
    };
    const [saveWorld, appendLines] = [toldOnce(tell), toldOnce(tell)];
    const file = new LineFile(this.#timelinePath);
    let waiting: (() => void) | undefined;
    const save = (): void => {
      waiting = undefined;
      saveWorld(() => { this.#save(parts); });
    };
    const stopWorld = parts.world.onChange(() => {
      waiting ??= machine.after(delayMs, save);
    });
    const append = (entry: TimelineEntry): void => {
      file.add(JSON.stringify(entry));
      appendLines(() => { file.flush(); });
    };
    save();
    appendLines(() => { this.#endLastLine(); });
    for (const entry of parts.timeline.since(this.#lastNumber)) append(entry);
    const stopTimeline = parts.timeline.subscribe(append);
    return () => {
      stopWorld();
      stopTimeline();
      waiting?.();
      save();
      appendLines(() => { file.flush(); });
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

  /** Takes a last line away that was cut off, or the next would be written behind it, and neither could be read. */
  #endLastLine(): void {
    // Without a world beside it, it is of one that was never made.
    if (this.#lastNumber === 0) {
      rmSync(this.#timelinePath, { force: true });
      return;
    }
    const text = readOr(this.#timelinePath) ?? "";
    const last = text.slice(text.lastIndexOf("\n") + 1);
    if (last === "") return;
    if (isEntry(last)) appendFileSync(this.#timelinePath, "\n");
    else truncateSync(this.#timelinePath, Buffer.byteLength(text) - Buffer.byteLength(last));
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

/** Does what is to be written; tells of the first of the faults that follow one another. */
function toldOnce(tell: (error: unknown) => void): (write: () => void) => void {
  let isTold = false;
  return (write) => {
    try {
      write();
      isTold = false;
    } catch (error) {
      if (!isTold) tell(error);
      isTold = true;
    }
  };
}

function isEntry(line: string): boolean {
  try {
    return entrySchema.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
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
