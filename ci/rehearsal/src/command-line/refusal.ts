import type { ChildProcess } from "node:child_process";
import { z } from "zod";
import { RehearsalError, rehearsalErrorCodes } from "../rehearsal-error.ts";

/** Why the process that `start` has started did not stay: it tells that one, which tells the person. */

const refusalSchema = z.object({ refusal: z.object({ code: z.enum(rehearsalErrorCodes), message: z.string(), next: z.string() }) });

/** Does nothing in a process that nobody has started so, or where that one has gone. */
export function tellParent({ code, message, next }: RehearsalError): void {
  if (process.connected) process.send?.({ refusal: { code, message, next } }, undefined, undefined, () => undefined);
}

/** What it has told by its end, which is to be waited for before. The channel lets either of the two end before the other. */
export function refusalOf(child: ChildProcess): () => Promise<RehearsalError | undefined> {
  let told: RehearsalError | undefined;
  // It comes after the last message, and the process's own end may come before that.
  const isClosed = new Promise((resolve) => child.once("disconnect", resolve));
  child.on("message", (message) => {
    const read = refusalSchema.safeParse(message);
    if (read.success) told = new RehearsalError(read.data.refusal.code, read.data.refusal.message, read.data.refusal.next);
  });
  child.channel?.unref();
  return async () => {
    await isClosed;
    return told;
  };
}
