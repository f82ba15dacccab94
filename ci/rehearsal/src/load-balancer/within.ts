import type { MachineTime } from "../clock/machine-time.ts";

export const late = Symbol("late");

/** What comes of it, or `late` when it takes longer than that in time of the machine. */
export async function within<Value>(machine: MachineTime, limitMs: number, work: Promise<Value>): Promise<Value | typeof late> {
  let cancel: () => void = () => undefined;
  const limit = new Promise<typeof late>((resolve) => {
    cancel = machine.after(limitMs, () => {
      resolve(late);
    });
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    cancel();
  }
}
