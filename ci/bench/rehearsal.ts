import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * The rehearsal's own times, and the memory of one that has nothing to do:
 *   node ci/bench/rehearsal.ts
 * The rival, in the same run and with the same client, is moto_server, where it
 * is installed (`pip install 'moto[server]'`). Each server is a process of its
 * own that ran before. What the client takes by itself is measured as well,
 * against a server that gives one answer to everything: it is the larger part,
 * and no server could be five times as fast as the rival in the sum of both. So
 * the servers' own parts are compared, and the sum is told beside.
 */

const run = promisify(execFile);
const scenes = fileURLToPath(new URL("../rehearsal/test/bench/", import.meta.url));
const commandLine = fileURLToPath(new URL("../rehearsal/src/command-line/main.ts", import.meta.url));
const scene = async (name: string, ...args: string[]): Promise<number> => Number((await run(process.execPath, [`${scenes}${name}.ts`, ...args])).stdout);
/** By turns, so that what else the machine does disturbs all; the quietest of each counts. */
const rounds = 5;

print("start-up to the first answer", await best(async () => scene("start-up")), "ms", "under 400");
print("a linear deployment on the virtual clock, CPU", await best(async () => scene("linear-deployment")), "ms", "under 100");
await idleMemory();
await registerTaskDefinitions();

function print(what: string, value: number, unit: string, target: string): void {
  console.log(`${what.padEnd(48)} ${value.toFixed(0).padStart(6)} ${unit}   ${target}`);
}

async function best(measure: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) least = Math.min(least, await measure());
  return least;
}

/** Of one that was started by the command line, with its container engine, and has no world. */
async function idleMemory(): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), "rehearsal-bench-"));
  const rehearsal = async (...args: string[]): Promise<string> => (await run(process.execPath, [commandLine, ...args, "--state", state])).stdout;
  try {
    const { pid } = JSON.parse(await rehearsal("start", "--json", "--port", "0")) as { readonly pid: number };
    const kib = Number((await run("ps", ["-o", "rss=", "-p", String(pid)])).stdout);
    await rehearsal("stop");
    print("idle memory, started and empty", kib / 1024, "MB", "under 150");
  } catch (error) {
    console.log(`idle memory: not measured. ${(error as { readonly stderr?: string }).stderr?.trim() ?? String(error)}`);
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}

async function registerTaskDefinitions(): Promise<void> {
  const port = await freePort();
  const servers = { client: await serving("constant-answer"), ours: await serving("rehearsal-server"), theirs: { url: `http://127.0.0.1:${String(port)}`, process: spawn("moto_server", ["-p", String(port)], { stdio: "ignore" }) } };
  const all = Object.entries(servers);
  try {
    const isThere = await Promise.race([answers(servers.theirs.url), failed(servers.theirs.process)]);
    const least: Record<string, number> = {};
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, { url }] of all) if (isThere || name !== "theirs") least[name] = Math.min(least[name] ?? Infinity, await scene("register-task-definitions", url));
    }
    const { client = NaN, ours = NaN, theirs = NaN } = least;
    print("200 RegisterTaskDefinition, with the client", ours, "ms", isThere ? `${(theirs / ours).toFixed(1)} x as fast as moto_server (${theirs.toFixed(0)} ms); the client alone takes ${client.toFixed(0)} ms, so no server could be over ${(theirs / client).toFixed(1)} x` : "moto_server is not installed: nothing to compare with");
    print("200 RegisterTaskDefinition, the server's part", ours - client, "ms", isThere ? `${((theirs - client) / (ours - client)).toFixed(1)} x as fast as moto_server (${(theirs - client).toFixed(0)} ms); at least 5 x` : "");
  } finally {
    for (const [, { process: server }] of all) server.kill();
  }
}

/** A server of the scenes, and the address that it tells. */
async function serving(name: string): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const server = spawn(process.execPath, [`${scenes}${name}.ts`], { stdio: ["ignore", "pipe", "inherit"] });
  const [told] = (await once(server.stdout, "data")) as [Buffer];
  return { url: told.toString("utf8").trim(), process: server };
}

async function failed(server: ChildProcess): Promise<false> {
  await Promise.race([once(server, "exit"), once(server, "error")]).catch(() => undefined);
  return false;
}

async function answers(endpoint: string): Promise<boolean> {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    const response = await fetch(endpoint).catch(() => undefined);
    if (response !== undefined) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
