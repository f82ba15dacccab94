import { Command, CommanderError } from "commander";
import { operatorKey } from "../iam/access-keys.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { faultKinds } from "../faults/fault.ts";
import { ask, runningUrl } from "./control.ts";
import { durationMs } from "./duration.ts";
import { describeFault, injectFault, listFaults, removeFault, type FaultOptions } from "./fault-command.ts";
import { overview } from "./overview.ts";
import { readSettings } from "./run-settings.ts";
import { tellParent } from "./refusal.ts";
import type { ServeOptions } from "./serve.ts";
import { numberFrom, stateOption, withServeOptions } from "./serve-options.ts";
import { showOverview } from "./show-overview.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";

/** `npm run rehearsal -- start|stop|status|fault|faults|load`. Exit codes: 0 done, 1 no request of `load` succeeded, 2 refused, 4 broken. */

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const program = new Command("rehearsal").description("An AWS on this machine, to release to.").exitOverride().showHelpAfterError();

withServeOptions(program.command("start").description("starts one that goes on by itself, or finds the one that runs"))
  .option("--json", "print the address and how to sign as JSON", false)
  .action(async (options: ServeOptions & { readonly json: boolean }) => {
    const { running, wasThere } = await start(options);
    const settings = { AWS_ENDPOINT_URL: running.url, AWS_ACCESS_KEY_ID: operatorKey.accessKeyId, AWS_SECRET_ACCESS_KEY: operatorKey.secretAccessKey, AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" };
    if (options.json) say(JSON.stringify({ url: running.url, pid: running.pid, ignored: running.ignored, env: settings }));
    else say([`The rehearsal ${wasThere ? "already runs" : "runs"} at ${running.url}. To point a tool at it:`, ...Object.entries(settings).map(([name, value]) => `  export ${name}=${value}`), ...(running.ignored.length === 0 ? [] : [`Of its world it has not, and left out: ${running.ignored.join(", ")}.`])].join("\n"));
  });

program
  .command("stop")
  .description("ends it, and its containers; what is saved stays")
  .option(...stateOption)
  .action(async (options: { readonly state: string }) => {
    say(`The rehearsal at ${await stop(options.state)} has ended.`);
  });

program
  .command("status")
  .description("tells whether one runs, its time and what goes wrong on purpose")
  .option(...stateOption)
  .option("--json", "as JSON", false)
  .action(async (options: { readonly state: string; readonly json: boolean }) => {
    const url = await runningUrl(options.state);
    const status = (await ask(url, "status")) as { readonly now: string; readonly rate: number; readonly region: string; readonly faults: readonly unknown[] };
    const [world, { hooks }] = await Promise.all([overview(url, status.region), readSettings(options.state)]);
    if (options.json) say(JSON.stringify({ ...status, ...world, hooks }));
    else {
      const lines = [showOverview(world), ...Object.entries(hooks).map(([name, target]) => `hook  ${name}  ${target}`)].filter((line) => line !== "");
      say([`The rehearsal runs at ${url}. Its time is ${status.now}, ${String(status.rate)} × as fast as here. Faults: ${status.faults.length === 0 ? "none" : String(status.faults.length)}.`, ...lines].join("\n"));
    }
  });

program
  .command("fault [kind]")
  .description(`makes something go wrong: ${faultKinds.join(", ")}`)
  .option(...stateOption)
  .option("--remove <id>", "takes it back")
  .option("--to <side>", "current or candidate")
  .option("--share <share>", "of the answers or calls, from 0 to 1", numberFrom(0, 1))
  .option("--status <code>", "what is answered, such as 500", numberFrom(100, 599))
  .option("--latency <time>", "how late, such as 200ms")
  .option("--container <name>", "which ends")
  .option("--exit-code <code>", "with which it ends", numberFrom(0, 255))
  .option("--how <way>", "500 or hang-up")
  .option("--service <name>", "whose API calls, such as ecs")
  .option("--operation <name>", "which of them, such as DescribeServices")
  .option("--alarm <name>", "which is in ALARM")
  .option("--image <part>", "of the references that cannot be pulled")
  .option("--secret <part>", "of the names that are missing")
  .option("--zone <name>", "which is gone, such as eu-west-1a")
  .option("--after <time>", "from then on, in the rehearsal's time, such as 2m")
  .option("--from-traffic <percent>", "from when the candidate has so much of the traffic", numberFrom(0, 100))
  .option("--times <n>", "at most so often", numberFrom(1, 1_000_000))
  .option("--json", "as JSON", false)
  .action(async (kind: string | undefined, { json, remove, state: folder, ...options }: FaultOptions & { readonly json: boolean; readonly remove?: string; readonly state: string }) => {
    if ((kind === undefined) === (remove === undefined)) throw new RehearsalError("BAD_ARGUMENTS", "Either a kind of fault or --remove ID has to be given. Nothing was changed.", `The kinds are ${faultKinds.join(", ")}.`);
    if (remove !== undefined) {
      await removeFault(remove, folder);
      say(json ? JSON.stringify({ removed: remove }) : `The fault ${remove} is taken back.`);
    } else if (kind !== undefined) {
      const id = await injectFault(kind, options, folder);
      say(json ? JSON.stringify({ id }) : `The fault ${id} is there. To take it back: npm run rehearsal -- fault --remove ${id}`);
    }
  });

program
  .command("faults")
  .description("lists what goes wrong on purpose")
  .option(...stateOption)
  .option("--json", "as JSON", false)
  .action(async (options: { readonly state: string; readonly json: boolean }) => {
    const faults = await listFaults(options.state);
    if (options.json) say(JSON.stringify(faults));
    else say(faults.length === 0 ? "Nothing goes wrong on purpose." : faults.map(({ fault, id }) => `${id}  ${describeFault(fault)}`).join("\n"));
  });

program
  .command("load")
  .description("sends requests to the load balancer, at a constant rate, and says what came of them")
  .option(...stateOption)
  .option("--rate <n>", "requests a second", numberFrom(0.1, 5000), 50)
  .option("--for <time>", "how long, such as 30s or 2m", "30s")
  .option("--path <path>", "what is asked for, / when absent (again for more, each in turn)", (path: string, earlier: readonly string[]) => [...earlier, path], [])
  .option("--listener <name>", "production, test, or a port of the load balancer", "production")
  .option("--host <name>", "as which host the load balancer is asked, for its rules by host")
  .option("--json", "the report as JSON", false)
  .action(async (options: { readonly state: string; readonly rate: number; readonly for: string; readonly path: readonly string[]; readonly listener: string; readonly host?: string; readonly json: boolean }) => {
    const { failureOf, reportOf, runLoad } = await import("./load-command.ts");
    const live = process.stderr.isTTY && !options.json ? process.stderr : undefined;
    const summary = await runLoad({ state: options.state, rate: options.rate, durationMs: durationMs(options.for), paths: options.path.length === 0 ? ["/"] : options.path, listener: options.listener, host: options.host, live });
    say(options.json ? JSON.stringify(summary) : reportOf(summary));
    const failure = failureOf(summary);
    if (failure !== undefined) {
      process.exitCode = 1;
      process.stderr.write(`${failure}\n`);
    }
  });

program.command("replay <file>").description("shows a rehearsal that is over on the page, from its timeline.ndjson").option("--port <port>", "where it listens on this machine", numberFrom(0, 65_535), 0)
  .action(async (file: string, { port }: { readonly port: number }) => { say(`${(await (await import("./replay.ts")).replay(file, port)).url} plays ${file}, until Ctrl-C.`); });

withServeOptions(program.command("serve", { hidden: true })).action(async (options: ServeOptions) => (await import("./serve.ts")).serve(options));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = 4;
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof RehearsalError) {
    process.exitCode = error.exitCode;
    tellParent(error);
    process.stderr.write(`${error.message} ${error.next}\n`);
  } else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
