import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { attachWorld, type RunningRelease } from "./attached-world.ts";

/** The process that follows a deployment is killed, and the same command is given again. */

const hooked = ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"] as const;
/** In their order; of those without a hook, the ones that take time. */
const places = ["BeforeInstall", "Install", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic", "TerminationWait"] as const;

/** Hooks that answer when they are told to: time stands still meanwhile. */
async function heldHooks() {
  const waiting = new Map<string, ServerResponse>();
  const server = createServer((request, response) => { waiting.set((request.url ?? "").slice(1), response); });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => { server.closeAllConnections(); server.close(); });
  const { port } = server.address() as AddressInfo;
  return {
    hooks: Object.fromEntries(hooked.map((event) => [`hook-${event}`, { url: `http://127.0.0.1:${String(port)}/${event}` }])),
    isAt: (event: string) => waiting.has(event),
    goOn: (event: string) => {
      waiting.get(event)?.end("ok");
      waiting.delete(event);
    },
  };
}

const pause = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

it("is killed with -9 at each lifecycle event; the same command takes the deployment up, to its end", { timeout: 120_000 }, async () => {
  const { goOn, hooks, isAt } = await heldHooks();
  const world = await attachWorld({ hooks, settings: { hooks: Object.fromEntries(hooked.map((event) => [event, `hook-${event}`])) } });
  const sees = async (process: RunningRelease): Promise<void> => {
    while (!process.said().includes(world.deployments()[0]?.id ?? "none")) {
      if (process.isOver()) throw new Error(`it has ended: ${process.said()}`);
      await pause();
    }
  };
  let follower = world.release(["deploy"]);
  while (world.deployments().length === 0) await pause();

  const killed: string[] = [];
  // While a hook is asked, `until` waits for it: who follows is exchanged meanwhile.
  const exchanging = (async () => {
    for (const place of hooked) {
      while (!isAt(place)) await pause();
      await exchange(place);
      goOn(place);
    }
  })();
  async function exchange(place: string): Promise<void> {
    await sees(follower);
    follower.kill();
    expect((await follower.ended).exitCode).toBeUndefined();
    killed.push(place);
    follower = world.release(["deploy"]);
    await sees(follower);
  }
  for (const place of places) {
    if ((hooked as readonly string[]).includes(place)) continue;
    await world.until(() => world.event() === place);
    await exchange(place);
  }
  await exchanging;
  await world.until(() => follower.isOver());
  const { exitCode, stdout } = await follower.ended;
  expect(exitCode).toBe(0);
  expect(stdout).toContain("AllowTraffic");
  expect(killed.toSorted()).toEqual(places.toSorted());
  expect(world.deployments().map(({ status }) => status)).toEqual(["Succeeded"]);
});
