import type { ZodError } from "zod";
import { faultKinds, faultSchema, type Fault } from "../faults/fault.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { ask, runningUrl } from "./control.ts";
import { durationMs } from "./duration.ts";

/** As a person gives them, by the names of the command line. */
export interface FaultOptions {
  readonly to?: string;
  readonly share?: number;
  readonly status?: number;
  readonly latency?: string;
  readonly container?: string;
  readonly exitCode?: number;
  readonly how?: string;
  readonly service?: string;
  readonly operation?: string;
  readonly alarm?: string;
  readonly image?: string;
  readonly secret?: string;
  readonly zone?: string;
  readonly after?: string;
  readonly fromTraffic?: number;
  readonly times?: number;
}

/** What the members of a fault are called here. */
const optionOf: Readonly<Record<string, string>> = { latencyMs: "latency", exitCode: "exit-code", afterMs: "after", fromTrafficPercent: "from-traffic" };

/** Throws RehearsalError that names the options which are missing or wrong. */
export function readFault(kind: string, { after, fromTraffic, latency, times, ...members }: FaultOptions): Fault {
  if (!faultKinds.some((known) => known === kind)) throw new RehearsalError("BAD_ARGUMENTS", `There is no kind of fault called ${kind}. Nothing was changed.`, `The kinds are ${faultKinds.join(", ")}.`);
  const given = { kind, ...members, ...(latency === undefined ? {} : { latencyMs: durationMs(latency) }), when: { ...(after === undefined ? {} : { afterMs: durationMs(after) }), ...(fromTraffic === undefined ? {} : { fromTrafficPercent: fromTraffic }), ...(times === undefined ? {} : { times }) } };
  const result = faultSchema.safeParse(given);
  if (result.success) return result.data;
  throw new RehearsalError("BAD_ARGUMENTS", `A fault of the kind ${kind} cannot be made of that: ${explain(result.error, given)}. Nothing was changed.`, "See: npm run rehearsal -- fault --help");
}

function explain({ issues }: ZodError, given: Readonly<Record<string, unknown>>): string {
  const option = (name: string): string => `--${optionOf[name] ?? name}`;
  const one = (issue: ZodError["issues"][number]): string => {
    if (issue.code === "unrecognized_keys") return `it has no ${issue.keys.map(option).join(", ")}`;
    if (issue.code === "custom") return issue.message.replace(/\b(?:status|latencyMs)\b/g, option);
    const name = String(issue.path.at(-1) ?? "");
    const isMissing = given[name] === undefined && issue.path.length === 1;
    if (issue.code === "invalid_value") return `${option(name)} ${isMissing ? "is needed: it" : ""} has to be ${issue.values.map(String).join(" or ")}`.replace("  ", " ");
    return isMissing ? `${option(name)} is needed` : `${option(name)}: ${issue.message}`;
  };
  return issues.map(one).join("; ");
}

/** Its id. */
export async function injectFault(kind: string, options: FaultOptions, state: string): Promise<string> {
  const fault = readFault(kind, options);
  const url = await runningUrl(state);
  const { id } = (await ask(url, "faults", { method: "POST", body: JSON.stringify(fault) })) as { readonly id: string };
  return id;
}

export async function removeFault(id: string, state: string): Promise<void> {
  const url = await runningUrl(state);
  const { status } = await fetch(`${url}/_rehearsal/faults/${encodeURIComponent(id)}`, { method: "DELETE" });
  if (status === 404) throw new RehearsalError("BAD_ARGUMENTS", `There is no fault ${id}. Nothing was changed.`, "See: npm run rehearsal -- faults");
}

export const listFaults = async (state: string): Promise<readonly { readonly id: string; readonly fault: Fault }[]> => (await ask(await runningUrl(state), "faults")) as readonly { readonly id: string; readonly fault: Fault }[];

/** `responses to candidate, share 0.3, status 500; from 10 % of the traffic` */
export function describeFault({ kind, when, ...members }: Fault): string {
  const what = Object.entries(members).map(([name, value]) => `${name} ${String(value)}`).join(", ");
  const whens = [
    ...(when.afterMs === undefined ? [] : [`after ${String(when.afterMs / 1000)} s`]),
    ...(when.fromTrafficPercent === undefined ? [] : [`from ${String(when.fromTrafficPercent)} % of the traffic`]),
    ...(when.times === undefined ? [] : [`at most ${String(when.times)} times`]),
  ];
  return [`${kind}${what === "" ? "" : ` ${what}`}`, ...whens].join("; ");
}
