import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** What can be said of a process from here. */
export type Sighting = "alive" | "gone" | "unseen";

/**
 * `<place>-<pid>-<start>`: where process numbers mean what they mean here, the
 * number, and the start that tells a process from a later one with the same
 * number (0 where the system does not say).
 */
export const ownerOf = (pid: number): string => `${place()}-${String(pid)}-${statOf(pid)?.start ?? "0"}`;

/** Whether the process runs; unseen when it is (or was) in another place, of which nobody here can tell. */
export function sight(owner: string): Sighting {
  const [, where, pidText = "", startedAt] = /^([0-9a-f]{12})-([1-9]\d*)-(\d+)$/.exec(owner) ?? [];
  if (where !== place()) return "unseen";
  const pid = Number(pidText);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return "gone";
  }
  const now = statOf(pid);
  if (now === undefined) return "alive";
  // One that was killed keeps its number until its parent has asked how it ended, which in a container may be never.
  return /^[ZX]/.test(now.state) || (startedAt !== "0" && now.start !== startedAt) ? "gone" : "alive";
}

/**
 * On Linux the running kernel and its PID namespace: a container with a
 * rehearsal in it, and a machine that was started anew, are other places. Where
 * there is no /proc, the machine's name: one engine may serve several machines.
 */
function place(): string {
  const [kernel, namespace] = [attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()), attempt(() => readlinkSync("/proc/self/ns/pid"))];
  return createHash("sha256").update(kernel === undefined ? `host ${hostname()}` : `boot ${kernel} ${namespace ?? ""}`).digest("hex").slice(0, 12);
}

/** Fields 3 and 22 of /proc/<pid>/stat: the state, and the start in clock ticks from the machine's. Undefined where there is no /proc. */
function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  const stat = attempt(() => readFileSync(`/proc/${String(pid)}/stat`, "utf8"));
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields === undefined ? undefined : { state: fields[0] ?? "", start: fields[19] ?? "0" };
}

function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
