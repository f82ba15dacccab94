import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { operatorKey } from "../iam/access-keys.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { defaultPort, defaultState } from "./defaults.ts";
import { readRunning } from "./running.ts";
import { serve, type ServeOptions } from "./serve.ts";
import { answers, start } from "./start.ts";
import { notRunning, stop } from "./stop.ts";

/** `npm run rehearsal -- start|stop|status`. Exit codes: 0 done, 2 refused, 4 broken. */

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const state = ["--state <folder>", "where everything is kept", defaultState(process.env)] as const;

function numberFrom(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() === "" || !Number.isFinite(number) || number < lowest || number > highest) throw new InvalidArgumentError(`It must be a number from ${String(lowest)} to ${String(highest)}.`);
    return number;
  };
}

function addPorts(text: string, earlier: Readonly<Record<number, number>>): Readonly<Record<number, number>> {
  const [, from, to] = /^(\d{1,5})=(\d{1,5})$/.exec(text) ?? [];
  if (from === undefined || to === undefined) throw new InvalidArgumentError("It must be two ports, such as 80=8080.");
  return { ...earlier, [Number(from)]: Number(to) };
}

const withServeOptions = (command: Command): Command =>
  command
    .option(...state)
    .option("--port <port>", "where it listens on this machine", numberFrom(0, 65_535), defaultPort)
    .option("--speed <n>", "how many seconds pass in one, while nothing is starting", numberFrom(1, 1000), 1)
    .option("--world <path>", "Terraform JSON, or its folder, to begin with")
    .addOption(new Option("--engine <program>", "what runs tasks; the one that is here, otherwise").choices(["podman", "docker"]))
    .option("--listen <port=port>", "a port of the load balancer and the one of this machine for it (again for more)", addPorts, {})
    .option("--idle-minutes <n>", "ends when nothing has happened for so long", numberFrom(1, 100_000), 60);

const program = new Command("rehearsal").description("An AWS on this machine, to release to.").exitOverride().showHelpAfterError();

withServeOptions(program.command("start").description("starts one that goes on by itself, or finds the one that runs"))
  .option("--fresh", "forget what was saved", false)
  .option("--json", "print the address and how to sign as JSON", false)
  .action(async (options: ServeOptions & { readonly fresh: boolean; readonly json: boolean }) => {
    const { running, wasThere } = await start(options, options.fresh);
    const settings = { AWS_ENDPOINT_URL: running.url, AWS_ACCESS_KEY_ID: operatorKey.accessKeyId, AWS_SECRET_ACCESS_KEY: operatorKey.secretAccessKey, AWS_REGION: "eu-west-1" };
    if (options.json) say(JSON.stringify({ url: running.url, pid: running.pid, env: settings }));
    else say([`The rehearsal ${wasThere ? "already runs" : "runs"} at ${running.url}. To point a tool at it:`, ...Object.entries(settings).map(([name, value]) => `  export ${name}=${value}`)].join("\n"));
  });

program
  .command("stop")
  .description("ends it, and its containers; what is saved stays")
  .option(...state)
  .action(async (options: { readonly state: string }) => {
    say(`The rehearsal at ${await stop(options.state)} has ended.`);
  });

program
  .command("status")
  .description("tells whether one runs, its time and what goes wrong on purpose")
  .option(...state)
  .option("--json", "as JSON", false)
  .action(async (options: { readonly state: string; readonly json: boolean }) => {
    const running = readRunning(options.state);
    if (running === undefined || !(await answers(running.url))) throw notRunning(options.state);
    const status = (await (await fetch(`${running.url}/_rehearsal/status`)).json()) as { readonly now: string; readonly rate: number; readonly faults: readonly unknown[] };
    if (options.json) say(JSON.stringify(status));
    else say(`The rehearsal runs at ${running.url}. Its time is ${status.now}, ${String(status.rate)} × as fast as here. Faults: ${status.faults.length === 0 ? "none" : String(status.faults.length)}.`);
  });

withServeOptions(program.command("serve", { hidden: true })).action(async (options: ServeOptions) => serve(options));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = 4;
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof RehearsalError) {
    process.exitCode = error.code === "DID_NOT_START" || error.code === "DID_NOT_STOP" ? 4 : 2;
    process.stderr.write(`${error.message} ${error.next}\n`);
  } else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
