import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * The rehearsal's own times:
 *   node ci/bench/rehearsal.ts
 * The rival, in the same run and with the same client, is moto_server, where it
 * is installed (`pip install 'moto[server]'`).
 */

const run = promisify(execFile);
const scenes = fileURLToPath(new URL("../rehearsal/test/bench/", import.meta.url));
const scene = async (name: string, ...args: string[]): Promise<number> => Number((await run(process.execPath, [`${scenes}${name}.ts`, ...args])).stdout);

print("start-up to the first answer", await best(5, async () => scene("start-up")), "under 400 ms");
print("a linear deployment on the virtual clock, CPU", await best(5, async () => scene("linear-deployment")), "under 100 ms");

await withMoto(async (endpoint) => {
  if (endpoint === undefined) {
    console.log("moto_server is not installed: nothing to compare with");
    return;
  }
  const ours = await best(3, async () => scene("register-task-definitions")).catch(() => NaN);
  if (Number.isNaN(ours)) {
    console.log("200 RegisterTaskDefinition                       not measured: the rehearsal does not answer it");
    return;
  }
  const theirs = await best(3, async () => scene("register-task-definitions", endpoint));
  print("200 RegisterTaskDefinition", ours, `${(theirs / ours).toFixed(1)} × as fast as moto_server (${theirs.toFixed(0)} ms); at least 5 ×`);
});

function print(what: string, ms: number, target: string): void {
  console.log(`${what.padEnd(48)} ${ms.toFixed(0).padStart(6)} ms   ${target}`);
}

async function best(times: number, measure: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < times; round += 1) least = Math.min(least, await measure());
  return least;
}

async function withMoto(use: (endpoint: string | undefined) => Promise<void>): Promise<void> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn("moto_server", ["-p", String(port)], { stdio: "ignore" });
  const isThere = await Promise.race([answers(endpoint), failed(server)]);
  try {
    await use(isThere ? endpoint : undefined);
  } finally {
    server.kill();
  }
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
