/** Response times in steps of 2 %: telling hundreds of values a second would hold requests up. */
export const keyOf = (seconds: number): number => Math.round(Math.log(Math.max(seconds, 1e-6)) * 50);
export const secondsOf = (key: number): number => Math.exp(key / 50);

/** Milliseconds under which so large a share of them is; null when there are none. */
export function percentileOf(times: ReadonlyMap<number, number>, share: number): number | null {
  const sorted = [...times].toSorted(([one], [other]) => one - other);
  const rank = share * sorted.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [key, count] of sorted) {
    seen += count;
    if (seen >= rank) return Number((secondsOf(key) * 1000).toPrecision(3));
  }
  return null;
}
