/** Times are the rehearsal's own, in UTC. */

export const clockTime = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(11, 19) : "");
export const dayOf = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : "");

/** `0:07`, `12:40`, `1:02:03` */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(seconds % 60)}` : `${String(minutes)}:${two(seconds % 60)}`;
}

/** How long something took: `0.2 s`, `12 s`, `9 min`. */
export function span(ms: number): string {
  if (ms < 10_000) return `${String(Number((ms / 1000).toFixed(1)))} s`;
  return ms < 120_000 ? `${String(Math.round(ms / 1000))} s` : `${String(Number((ms / 60_000).toFixed(1)))} min`;
}

export const count = (value: number, noun: string): string => `${String(value)} ${noun}${value === 1 ? "" : "s"}`;

/** Three digits: `0.21`, `7.3`, `1240`. */
export const figure = (value: number | null | undefined): string => (value === null || value === undefined || Number.isNaN(value) ? "–" : value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2))));
