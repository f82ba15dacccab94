import { dag } from "@dagger.io/dagger";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { DaggerImages } from "../../src/engine/dagger-images.ts";
import { catalogue } from "../../src/images/catalogue.ts";
import { rehearsalService, type RehearsalServiceOptions } from "../../src/rehearsal/rehearsal-service.ts";
import { known } from "../dagger-support.ts";
import { argumentsOf, withSession, type Chain } from "../session-server.ts";

const settingsSchema = z.object({ state: z.string(), fresh: z.boolean(), world: z.string(), toldAs: z.string(), doors: z.array(z.object({ outer: z.number(), inner: z.number() })), secrets: z.record(z.string(), z.array(z.string())), hooks: z.record(z.string(), z.string()) });

describe("a rehearsal on Dagger", () => {
  it("is reached by a name that image references can have, in a session's every container", async () => {
    const chain = await chainOf({});
    expect(chain.at(-1)).toEqual({ field: "withHostname", args: { hostname: "rehearsal" } });
    expect(settingsOf(chain).toldAs).toBe("http://rehearsal:4610");
    expect(argumentsOf(chain, "withExposedPort")[0]).toEqual({ port: 4610 });
  });

  it("may run containers in its container, with Node beside Podman", async () => {
    const chain = await chainOf({});
    expect(argumentsOf(chain, "asService")).toEqual([{ args: ["node", "/rehearsal/launch.mjs", "/rehearsal/settings.json"], insecureRootCapabilities: true }]);
    expect(await imagesOf()).toEqual([catalogue.podman.reference, catalogue.node.reference]);
    expect(argumentsOf(chain, "withFile")[0]?.["path"]).toBe("/usr/local/bin/node");
    expect(textAt(chain, "/etc/containers/containers.conf")).toContain('cgroups = "disabled"');
  });

  it("has its packages from its own lock file, through the caller's registry", async () => {
    const folder = argumentsOf(await chainOf({}), "withDirectory").find(({ path }) => path === "/rehearsal/program/node_modules");
    const packages = folder?.["source"] as Chain;
    expect(argumentsOf(packages, "withExec")).toEqual([{ args: ["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"] }]);
    expect(argumentsOf(packages, "withMountedSecret").map(({ path }) => path)).toEqual(["/.step/ca.pem"]);
  });

  it("keeps what was released in caches of the project, for one session at a time", async () => {
    const caches = argumentsOf(await chainOf({}), "withMountedCache");
    expect(caches.map(({ cache, sharing }) => [argumentsOf(cache as Chain, "cacheVolume")[0]?.["key"], sharing])).toEqual([["gitops-rehearsal-state-notes", "LOCKED"], ["gitops-rehearsal-containers-notes", "LOCKED"]]);
    expect(settingsOf(await chainOf({})).state).toBe("/rehearsal/state/rehearsal");
  });

  it("is the same service all through a run, and another one in the next", async () => {
    expect(await chainOf({})).toEqual(await chainOf({}));
    expect(await chainOf({})).not.toEqual(await chainOf({ startedAt: 2 }));
  });

  it("takes a world that is a file, or a folder", async () => {
    const file = await chainOf({});
    expect(settingsOf(file).world).toBe("/rehearsal/world/notes.tf.json");
    expect(argumentsOf(file, "withFile").at(-1)).toMatchObject({ path: "/rehearsal/world/notes.tf.json" });
    const folder = await chainOf({ world: "cdktf.out" });
    expect(settingsOf(folder).world).toBe("/rehearsal/world");
    expect(argumentsOf(folder, "withDirectory").at(-1)).toMatchObject({ path: "/rehearsal/world" });
  });

  it("has the repository where hooks run its commands, and not otherwise", async () => {
    const hooks = { probe: '{"command":["node","probe.mjs"]}' };
    const foldersOf = (chain: Chain) => argumentsOf(chain, "withDirectory").map(({ path }) => path);
    expect(foldersOf(await chainOf({ hooks }))).toContain("/rehearsal/repository");
    expect(settingsOf(await chainOf({ hooks })).hooks).toEqual(hooks);
    expect(foldersOf(await chainOf({}))).not.toContain("/rehearsal/repository");
  });

  it("is told which secrets to make up, and no value of any", async () => {
    expect(settingsOf(await chainOf({})).secrets).toEqual({ "notes/database": ["password"] });
  });
});

it("names only options and files that the rehearsal has", async () => {
  const [launcher, main = "", serving = "", address] = await Promise.all(["../../src/rehearsal/launch.mjs", "../../../ci/rehearsal/src/command-line/main.ts", "../../../ci/rehearsal/src/command-line/serve-options.ts", "../../../ci/rehearsal/src/server/address.ts"].map(async (path) => readFile(new URL(path, import.meta.url), "utf8")));
  const options = [...new Set([...(launcher ?? "").matchAll(/"(--[a-z-]+)"/g)].map(([, option]) => option ?? ""))];
  expect(options.length).toBeGreaterThan(5);
  for (const option of options) expect(`${main}${serving}`).toMatch(new RegExp(`"${option}[" ]`));
  expect(address).toMatch(/export const address: Component<\{ url: string.*\}> = \{ name: "address", create: /);
});

interface Given {
  readonly hooks?: Readonly<Record<string, string>>;
  readonly startedAt?: number;
  readonly world?: string;
}

async function chainOf(given: Given): Promise<Chain> {
  const chain = (await askedFor(given)).find((asked) => asked.some(({ field }) => field === "asService"));
  if (chain === undefined) throw new Error("no service was started");
  return chain;
}

/** By the references that were asked for, before each is known by its digest. */
async function imagesOf(): Promise<unknown[]> {
  const references = (await askedFor({})).flatMap((chain) => argumentsOf(chain, "from").map(({ address }) => address));
  return [...new Set(references)].filter((reference) => reference !== known);
}

async function askedFor({ hooks = {}, startedAt = 1, world = "worlds/notes.tf.json" }: Given): Promise<readonly Chain[]> {
  let asked: readonly Chain[] = [];
  await withSession(() => undefined, async (session) => {
    const options: RehearsalServiceOptions = {
      sources: dag.directory().withNewDirectory("rehearsal"),
      world: { source: dag.directory().withNewDirectory("source"), path: world },
      secrets: { "notes/database": ["password"] },
      hooks,
      project: "notes",
      speed: 20,
      fresh: false,
      images: new DaggerImages({}),
      access: { ca: dag.setSecret("ca", "PEM") },
      startedAt,
    };
    await (await rehearsalService(options)).start();
    asked = session.asked;
  });
  return asked;
}

const textAt = (chain: Chain, path: string): string => String(argumentsOf(chain, "withNewFile").find((args) => args["path"] === path)?.["contents"]);
const settingsOf = (chain: Chain): z.infer<typeof settingsSchema> => settingsSchema.parse(JSON.parse(textAt(chain, "/rehearsal/settings.json")));
