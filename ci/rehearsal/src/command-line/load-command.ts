import type { Writable } from "node:stream";
import { machineTime } from "../clock/machine-time.ts";
import { LoadGenerator } from "../load/generator.ts";
import type { LoadFigures, LoadSummary } from "../load/load-report.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { ask, runningUrl } from "./control.ts";
import { overview } from "./overview.ts";

export interface LoadCommand {
  readonly state: string;
  readonly rate: number;
  readonly durationMs: number;
  /** Asked for in turn. */
  readonly paths: readonly string[];
  /** `production`, `test`, or a port of the load balancer. */
  readonly listener: string;
  /** Asked for as its Host, for a rule that looks at that. */
  readonly host: string | undefined;
  /** Shows how it goes, each second. */
  readonly live: Writable | undefined;
}

interface Listening {
  readonly listener: string;
  readonly port: number;
  readonly address: string;
}

/** Sends requests to the load balancer of the one that runs, and says what came of them. */
export async function runLoad({ state, rate, durationMs, paths, listener, host, live }: LoadCommand): Promise<LoadSummary & { readonly url: string }> {
  for (const path of paths) requirePath(path);
  if (host !== undefined) requireHost(host);
  const address = await findListener(await runningUrl(state), listener);
  const url = paths.map((path) => new URL(path, address).href);
  const load = new LoadGenerator({ url, requestsPerSecond: rate, ...(host === undefined ? {} : { host }) }).start();
  const beganMs = machineTime.now();
  const isOver = Promise.withResolvers<undefined>();
  const interrupt = (): void => {
    isOver.resolve(undefined);
  };
  process.once("SIGINT", interrupt);
  const cancelEnd = machineTime.after(durationMs, interrupt);
  const show = (): void => {
    live?.write(`\r\u001b[K${String(Math.round((machineTime.now() - beganMs) / 1000))} s  ${lineOf(load.summary())}`);
    if (live !== undefined) cancel = machineTime.after(1000, show);
  };
  let cancel = machineTime.after(1000, show);
  await isOver.promise;
  cancelEnd();
  process.removeListener("SIGINT", interrupt);
  cancel();
  live?.write("\r\u001b[K");
  return { url: address, ...(await load.stop()) };
}

/** Throws RehearsalError for what would be asked of another than the load balancer. URL takes `\\` for `/`, and overlooks tabs. */
function requirePath(path: string): void {
  const base = "http://balancer.invalid";
  if (path.startsWith("/") && URL.parse(path, base)?.origin === base) return;
  throw new RehearsalError("BAD_ARGUMENTS", `${path} is no path of the load balancer. Nothing was sent.`, "It has to begin with one / and no more, such as /api/notes.");
}

/** Throws RehearsalError for what no browser could send. */
function requireHost(host: string): void {
  if (URL.parse(`http://${host}/`)?.host === host.toLowerCase().replace(/:80$/, "")) return;
  throw new RehearsalError("BAD_ARGUMENTS", `${host} is no name of a host. Nothing was sent.`, "It is a name, and a port if need be, such as notes.example or notes.example:8080.");
}

/** `production` and `test` are the two of a deployment group, unless a port is named. */
async function findListener(url: string, wanted: string): Promise<string> {
  const [timeline, { region }] = (await Promise.all([ask(url, "timeline"), ask(url, "status")])) as [readonly { readonly what: string; readonly detail: Listening }[], { readonly region: string }];
  // A listener says so once, and again after a restart.
  const byArn = new Map(timeline.filter(({ what }) => what === "listening").map(({ detail }) => [detail.listener, detail]));
  const [group] = wanted === "production" || wanted === "test" ? (await overview(url, region)).groups : [];
  const arn = wanted === "test" ? group?.testListener : group?.productionListener;
  const found = byArn.get(arn ?? "") ?? [...byArn.values()].find(({ port }) => String(port) === wanted);
  const ports = [...byArn.values()].map(({ port }) => String(port)).join(", ");
  if (found === undefined) throw new RehearsalError("BAD_ARGUMENTS", `The load balancer has no listener ${wanted}. Nothing was sent.`, ports === "" ? "It has none: start with --world, or create one." : `Its ports are ${ports}.`);
  return found.address;
}

const percent = (share: number): string => `${(100 * share).toFixed(share === 1 ? 0 : 2)} %`;

const lineOf = ({ failures, latencyMs, longestGapMs, requests, successRate }: LoadFigures): string =>
  `${String(requests)} requests, ${percent(successRate)} succeeded (${String(failures)} failed), p50 ${latencyMs.p50.toFixed(1)} ms, p95 ${latencyMs.p95.toFixed(1)} ms, p99 ${latencyMs.p99.toFixed(1)} ms, longest without a success ${String(Math.round(longestGapMs))} ms`;

/** For a person: all of it, and each task set's part. */
export const reportOf = (summary: LoadSummary): string =>
  [lineOf(summary), ...Object.entries(summary.taskSets).map(([name, figures]) => `  ${name === "none" ? "reached no task" : name}: ${lineOf(figures)}`)].join("\n");

/** Undefined while anything succeeded. */
export const failureOf = ({ failures, requests, taskSets, url }: LoadSummary & { readonly url: string }): string | undefined =>
  failures < requests ? undefined : requests === 0 ? `Nothing was asked of ${url}: it ended before the first request.` : `Nothing at all succeeded at ${url}${Object.keys(taskSets).every((name) => name === "none") ? ": no request reached a task" : ""}. See: npm run rehearsal -- status`;
