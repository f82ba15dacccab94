import type { Entry } from "../model/detail.ts";
import type { Model } from "../model/model.ts";
import type { Sample } from "../model/samples.ts";

/** What is to be drawn now. */
export interface Frame {
  readonly mode: "live" | "replay";
  /** `gone`: the process does not answer; what is shown is what was last heard. */
  readonly connection: "connecting" | "live" | "gone";
  readonly model: Model;
  /** Those that are worth a line, oldest first. */
  readonly lines: readonly Entry[];
  readonly samples: readonly Sample[];
  readonly nowMs: number;
  /** Virtual seconds in one. */
  readonly rate: number;
  readonly replay?: Replaying;
}

export interface Replaying {
  readonly name: string;
  readonly beginMs: number;
  readonly endMs: number;
  readonly isPlaying: boolean;
  readonly speed: number;
  /** Where something bad, or a shift, happened: for marks on the scale. */
  readonly marks: readonly { readonly atMs: number; readonly isBad: boolean }[];
}
