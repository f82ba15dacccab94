import { readFile } from "node:fs/promises";
import { findOnPath } from "./find-on-path.ts";

/** What decides how Podman must be configured; read, never tried out. */
export interface MachineFacts {
  readonly uid: number;
  readonly cgroups: "v1" | "v2" | "hybrid" | "none";
  /** May this process raise a limit over its own hard limit? */
  readonly canRaiseLimits: boolean;
  /** Hard limits of this process; undefined = unlimited. */
  readonly openFilesLimit: number | undefined;
  readonly processesLimit: number | undefined;
  /** The kernel's pid_max: Podman lowers its own limit of processes to it. */
  readonly mostProcessIds: number | undefined;
  readonly runtimes: readonly ("crun" | "runc")[];
}

const CAP_SYS_RESOURCE = 24n;

/** Reads the facts of a Linux machine. `proc` is /proc but in tests. */
export async function readMachineFacts(
  env: Readonly<Record<string, string | undefined>>,
  proc = "/proc",
): Promise<MachineFacts> {
  const [status = "", mounts = "", limits = "", pidMax = ""] = await Promise.all(
    ["self/status", "self/mountinfo", "self/limits", "sys/kernel/pid_max"].map((name) =>
      readFile(`${proc}/${name}`, "utf8").catch(() => ""),
    ),
  );
  const installed = await Promise.all(
    (["crun", "runc"] as const).map(async (name) => ((await findOnPath(name, withSbin(env))) ? name : undefined)),
  );
  return {
    uid: Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? -1),
    cgroups: cgroupsOf(mounts),
    canRaiseLimits: hasCapability(status, CAP_SYS_RESOURCE),
    openFilesLimit: hardLimit(limits, "Max open files"),
    processesLimit: hardLimit(limits, "Max processes"),
    mostProcessIds: Number(pidMax) || undefined,
    runtimes: installed.filter((name) => name !== undefined),
  };
}

function hasCapability(status: string, bit: bigint): boolean {
  const mask = /^CapEff:\s+([0-9a-f]+)/m.exec(status)?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> bit) & 1n) === 1n;
}

/** A line of mountinfo is "… <mount point> <options> … - <type> <source> …". */
function cgroupsOf(mountinfo: string): MachineFacts["cgroups"] {
  const types = new Set(mountinfo.split("\n").map((line) => / - (\S+)/.exec(line)?.[1]));
  if (types.has("cgroup")) return types.has("cgroup2") ? "hybrid" : "v1";
  return types.has("cgroup2") ? "v2" : "none";
}

function hardLimit(limits: string, name: string): number | undefined {
  const value = new RegExp(`^${name}\\s+\\S+\\s+(\\S+)`, "m").exec(limits)?.[1];
  return value === undefined || value === "unlimited" ? undefined : Number(value);
}

/** Runtimes are in sbin on Debian, which a user's PATH lacks. */
function withSbin(env: Readonly<Record<string, string | undefined>>) {
  return { PATH: `${env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin` };
}
