import { InvalidArgumentError, Option, type Command } from "commander";
import { defaultPort, defaultState } from "./defaults.ts";
import { addHook } from "./hook-option.ts";
import type { ServeOptions } from "./serve.ts";

export const stateOption = ["--state <folder>", "where everything is kept", defaultState(process.env)] as const;

export function numberFrom(lowest: number, highest: number): (text: string) => number {
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

/** Without a path: what follows it in an image's reference is a repository. */
function originOf(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== "http:" || url.origin !== text.replace(/\/$/, "")) throw new InvalidArgumentError("It must be an address such as http://rehearsal:4610.");
  return url.origin;
}

/** How a rehearsal is to be: the same for `start`, and for the process that it starts. */
export const withServeOptions = (command: Command): Command =>
  command
    .option(...stateOption)
    .option("--fresh", "forget what was saved", false)
    .option("--fresh-when-changed", "forget what was saved where its world is another one than --world makes now", false)
    .option("--port <port>", "where it listens", numberFrom(0, 65_535), defaultPort)
    .option("--host <address>", "at which address of this machine; its load balancer stays on 127.0.0.1", "127.0.0.1")
    .option("--beyond-this-machine", "said as well where that address can be reached from others, or by names of others: whoever reaches it may do anything with it", false)
    .option("--told-as <url>", "by which others reach it, where that is not where it listens: image references have it", originOf)
    .option("--speed <n>", "how many seconds pass in one, while nothing is starting", numberFrom(1, 1000), 1)
    .option("--world <path>", "Terraform JSON, or its folder, to begin with")
    .option("--stack <name>", "of several stacks in that folder, one that is meant (again for more); all, otherwise", (name: string, earlier: readonly string[]) => [...earlier, name], [])
    .addOption(new Option("--engine <program>", "what runs tasks; the one that is here, otherwise").choices(["podman", "docker"]))
    .option("--listen <port=port>", "a port of the load balancer and the one of this machine for it (again for more)", addPorts, {})
    .option("--hook <name=target>", "what runs for a hook function: a command, or a URL (again for more)", addHook, {})
    .option("--idle-minutes <n>", "ends when nothing has happened for so long", numberFrom(0.01, 100_000), 60);

/** The same again, for the process that `start` starts. */
export const serveArguments = ({ beyondThisMachine, engine, fresh, freshWhenChanged, hook, host, idleMinutes, listen, port, speed, stack, state, toldAs, world }: ServeOptions): string[] => [
  ...["--port", String(port), "--host", host, "--state", state, "--speed", String(speed), "--idle-minutes", String(idleMinutes)],
  ...(beyondThisMachine ? ["--beyond-this-machine"] : []),
  ...(toldAs === undefined ? [] : ["--told-as", toldAs]),
  ...(fresh === true ? ["--fresh"] : []),
  ...(freshWhenChanged === true ? ["--fresh-when-changed"] : []),
  ...(world === undefined ? [] : ["--world", world]),
  ...stack.flatMap((name) => ["--stack", name]),
  ...(engine === undefined ? [] : ["--engine", engine]),
  ...Object.entries(listen).flatMap(([from, to]) => ["--listen", `${from}=${String(to)}`]),
  ...Object.entries(hook).flatMap(([name, target]) => ["--hook", `${name}=${target}`]),
];
