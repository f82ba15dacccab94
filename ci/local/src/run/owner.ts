import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** The process that something (a container, a folder, a lock) belongs to. */
export const ownerSchema = z.strictObject({
  /** Where its number means anything: this machine, and the container that we may be in. */
  machine: z.string(),
  pid: z.number().int().positive(),
  /** Tells a process from a later one with the same number; empty where the system does not say. */
  startedAt: z.string(),
});

export type Owner = z.infer<typeof ownerSchema>;

/**
 * Process numbers count per pid namespace: a container that shares the host's
 * name and its container engine would otherwise take our runs for dead.
 */
export const thisMachine: string = createHash("sha256").update(`${hostname()} ${pidNamespace()}`).digest("hex").slice(0, 8);

export function thisProcess(): Owner {
  return { machine: thisMachine, pid: process.pid, startedAt: startOf(process.pid) ?? "" };
}

/** True unless the owner is certainly gone: what runs elsewhere is left alone. */
export function isAlive(owner: Owner): boolean {
  if (owner.machine !== thisMachine) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const startedAt = startOf(owner.pid);
  return startedAt === undefined || owner.startedAt === "" || startedAt === owner.startedAt;
}

/** The owner as a part of a name, so that a thing and its owner come into being at once. */
export function ownerTag(owner = thisProcess()): string {
  return `${owner.machine}-${String(owner.pid)}-${owner.startedAt || "0"}`;
}

/** The owner in `<prefix><tag>-<anything>`; undefined for a name that is not ours. */
export function ownerInName(name: string, prefix: string): Owner | undefined {
  const match = name.startsWith(prefix) ? /^([0-9a-f]{8})-(\d+)-(\d+)-/.exec(name.slice(prefix.length)) : null;
  if (match === null) return undefined;
  const [, machine = "", pid, startedAt = "0"] = match;
  return { machine, pid: Number(pid), startedAt: startedAt === "0" ? "" : startedAt };
}

/** Field 22 of /proc/<pid>/stat: clock ticks from boot to the process's start. Undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
