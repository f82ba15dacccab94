import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Of which rehearsal a container is, and of which process. */
export const rehearsalLabel = "gitops.rehearsal";
export const ownerLabel = "gitops.rehearsal.owner";

export const labelArguments = (rehearsalId: string, owner: string): string[] => ["--label", `${rehearsalLabel}=${rehearsalId}`, "--label", `${ownerLabel}=${owner}`];

/** `<pid>-<start>`; the start tells a process from a later one with the same number, and is 0 where the system does not say. */
export const ownerOf = (pid: number): string => `${String(pid)}-${startOf(pid) ?? "0"}`;

/** True unless it is certainly gone. */
export function isAlive(owner: string): boolean {
  const [, pidText, startedAt] = /^(\d+)-(\d+)$/.exec(owner) ?? [];
  const pid = Number(pidText);
  if (!(pid > 0)) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const now = startOf(pid);
  return now === undefined || startedAt === "0" || now === startedAt;
}

/** Begins the names of all that a rehearsal's process makes: two of them may have tasks with the same id. */
export const namePrefix = (rehearsalId: string, owner: string): string => `rehearsal-${createHash("sha256").update(`${rehearsalId} ${owner}`).digest("hex").slice(0, 8)}`;

/** Field 22 of /proc/<pid>/stat: clock ticks from the machine's start. Undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
