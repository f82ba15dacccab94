import type { Component, Parts } from "../parts.ts";
import type { Fault, FaultKind, FaultOf } from "./fault.ts";

interface Injected {
  readonly id: string;
  readonly fault: Fault;
  readonly sinceMs: number;
  timesLeft: number;
}

/** What goes wrong on purpose. Whoever could fail asks here first. */
export class Faults {
  readonly #parts: Parts;
  #injected: Injected[] = [];
  /** Of all traffic, how much the candidate has; told by whoever shifts it. */
  candidateTrafficPercent = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Returns its id, by which it can be taken back. */
  inject(fault: Fault): string {
    const id = `fault-${this.#parts.ids.hex(8)}`;
    this.#injected.push({ id, fault, sinceMs: this.#parts.clock.now(), timesLeft: fault.when.times ?? Infinity });
    this.#parts.timeline.add("operator", "fault-injected", { id, fault: JSON.parse(JSON.stringify(fault)) as never });
    return id;
  }

  remove(id: string): boolean {
    const before = this.#injected.length;
    this.#injected = this.#injected.filter((injected) => injected.id !== id);
    if (this.#injected.length < before) this.#parts.timeline.add("operator", "fault-removed", { id });
    return this.#injected.length < before;
  }

  list(): readonly { readonly id: string; readonly fault: Fault }[] {
    return this.#injected;
  }

  /** Those of the kind that are to strike now and that `concerns` says are meant; each of them has then struck once. */
  strike<Kind extends FaultKind>(kind: Kind, concerns: (fault: FaultOf<Kind>) => boolean): readonly FaultOf<Kind>[] {
    const struck = this.#injected.filter(({ fault, sinceMs, timesLeft }) => fault.kind === kind && timesLeft > 0 && this.#isTime(fault, sinceMs) && concerns(fault as FaultOf<Kind>) && this.#isDrawn(fault));
    for (const injected of struck) injected.timesLeft -= 1;
    return struck.map(({ fault }) => fault as FaultOf<Kind>);
  }

  /** The zones that are lost now, whether or not a fault has ended all the tasks that its `times` lets it: they take no new ones until it is taken back. */
  lostZones(): ReadonlySet<string> {
    return new Set(this.#zoneLosses().map(({ fault }) => fault.zone));
  }

  /** Whether what is in the zone is out of reach. Only tasks that end are counted as strokes. */
  isCutOff(zone: string): boolean {
    return this.#zoneLosses().some(({ fault, timesLeft }) => fault.zone === zone && timesLeft > 0);
  }

  #zoneLosses(): { readonly fault: FaultOf<"zone-loss">; readonly timesLeft: number }[] {
    return this.#injected.flatMap(({ fault, sinceMs, timesLeft }) => (fault.kind === "zone-loss" && this.#isTime(fault, sinceMs) ? [{ fault, timesLeft }] : []));
  }

  #isTime({ when }: Fault, sinceMs: number): boolean {
    return this.#parts.clock.now() - sinceMs >= (when.afterMs ?? 0) && this.candidateTrafficPercent >= (when.fromTrafficPercent ?? 0);
  }

  /** A share of the times, by the rehearsal's own chance. */
  #isDrawn(fault: Fault): boolean {
    return !("share" in fault) || Number.parseInt(this.#parts.ids.hex(8), 16) / 2 ** 32 < fault.share;
  }
}

export const faults: Component<Faults> = { name: "faults", create: (parts) => new Faults(parts) };
