import type { Entry } from "../model/detail.ts";
import type { Frame } from "./frame.ts";
import { History } from "./history.ts";

/** How long it waits before it tries again, in milliseconds. */
const retryMs = 1000;
/** The process tells its time every few seconds; longer silence means that it is gone. */
const longestSilenceMs = 12_000;

/**
 * Follows a rehearsal that runs. Each time that it is connected it reads the
 * timeline anew, so that a reload and a restart of the process are the same to it.
 */
export class LiveSource {
  readonly #onChange: () => void;
  #history = new History();
  #connection: Frame["connection"] = "connecting";
  #clock = { virtualMs: 0, heardMs: 0, rate: 1 };

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  start(): void {
    void this.#connect();
  }

  frame(): Frame {
    const { model, lines, samples } = this.#history;
    const { virtualMs, heardMs, rate } = this.#clock;
    // While it is gone its time stands still.
    const passedMs = this.#connection === "live" ? (performance.now() - heardMs) * rate : 0;
    return { mode: "live", connection: this.#connection, model, lines, samples, nowMs: Math.max(virtualMs + passedMs, model.nowMs), rate };
  }

  async #connect(): Promise<void> {
    try {
      const response = await fetch("/_rehearsal/timeline", { cache: "no-store" });
      if (!response.ok) throw new Error(`it answers ${String(response.status)}`);
      const history = new History();
      for (const entry of (await response.json()) as readonly Entry[]) history.add(entry);
      this.#history = history;
      this.#follow();
    } catch {
      this.#lose();
    }
  }

  #follow(): void {
    const events = new EventSource(`/_rehearsal/events?since=${String(this.#history.lastNumber)}`);
    let silence = 0;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(end, longestSilenceMs);
    };
    const end = (): void => {
      clearTimeout(silence);
      events.close();
      this.#lose();
    };
    heard();
    events.addEventListener("message", ({ data }: MessageEvent<string>) => {
      heard();
      this.#history.add(JSON.parse(data) as Entry);
      this.#onChange();
    });
    events.addEventListener("clock", ({ data }: MessageEvent<string>) => {
      heard();
      const { nowMs, rate } = JSON.parse(data) as { readonly nowMs: number; readonly rate: number };
      this.#clock = { virtualMs: nowMs, heardMs: performance.now(), rate };
      this.#connection = "live";
      this.#onChange();
    });
    events.addEventListener("error", end);
  }

  #lose(): void {
    const { nowMs } = this.frame();
    this.#clock = { ...this.#clock, virtualMs: nowMs };
    this.#connection = "gone";
    this.#onChange();
    setTimeout(() => void this.#connect(), retryMs);
  }
}
