import { afterEach, describe, expect, test } from "vitest";
import { catalogue, standInReference } from "../../../dagger/src/images/catalogue.ts";
import { noHostSettings } from "../src/host-settings.ts";
import { provideImage, provideReference } from "../src/provide-image.ts";
import { RECIPE_LABEL, recipeHash } from "../src/recipe-hash.ts";
import { debianReference, recipeOf } from "../src/recipes.ts";
import { fakeEngine, type FakeEngine } from "./fake-engine.ts";

const OFFLINE = 'echo "Error: dial tcp: lookup registry: no such host" >&2; exit 125';
const PULLED = 'echo "Getting image source signatures" >&2; has; exit 0';
const ABSENT = 'echo "Error: manifest unknown" >&2; exit 125';

let engine: FakeEngine;
afterEach(() => engine.remove());

async function start(pull: string) {
  engine = await fakeEngine(pull);
  const told: string[] = [];
  const options = { containers: engine.containers, host: noHostSettings, env: {}, notify: (line: string) => told.push(line) };
  return { options, told, pulls: async () => (await engine.commands()).filter((line) => line.startsWith("pull ")) };
}

/** The label of a stand-in that is up to date. */
async function upToDate(name: "node" | "nginx") {
  const base = await recipeHash(recipeOf("debian", debianReference), "");
  return { [RECIPE_LABEL]: await recipeHash(recipeOf(name, standInReference(name)), base) };
}

describe("provideImage", () => {
  test("takes the published image that the engine has, and asks no registry", async () => {
    const { options, pulls } = await start(OFFLINE);
    await engine.has(catalogue.node.reference);
    expect(await provideImage("node", options)).toEqual({
      name: "node",
      reference: catalogue.node.reference,
      imageId: "sha256:beef",
      standIn: false,
      version: catalogue.node.version,
    });
    expect(await pulls()).toEqual([]);
  });

  test("pulls it when a registry answers, and drops the stand-in", async () => {
    const { options } = await start(PULLED);
    await engine.has(standInReference("nginx"), await upToDate("nginx"));
    expect(await provideImage("nginx", options)).toMatchObject({ imageId: "sha256:cafe", standIn: false, version: catalogue.nginx.version });
    expect(await engine.commands()).toContain(`image rm ${standInReference("nginx")}`);
  });

  test("takes the stand-in, by its own name and version, when no registry answers", async () => {
    const { options } = await start(OFFLINE);
    await engine.has(standInReference("nginx"), await upToDate("nginx"));
    expect(await provideImage("nginx", options)).toEqual({
      name: "nginx",
      reference: "localhost/stand-in/nginx:1.26",
      imageId: "sha256:beef",
      standIn: true,
      version: "1.26",
    });
  });

  test("takes no stand-in of an older recipe", async () => {
    const { options } = await start(OFFLINE);
    await engine.has(standInReference("node"), { [RECIPE_LABEL]: "old" });
    await expect(provideImage("node", options)).rejects.toMatchObject({ code: "STAND_IN_IMPOSSIBLE" });
  });

  test("says what would do on a machine that can build no stand-in", async () => {
    const { options } = await start(OFFLINE);
    await expect(provideImage("node", options)).rejects.toMatchObject({
      code: "STAND_IN_IMPOSSIBLE",
      next: expect.stringContaining("gitops.json") as string,
    });
  });

  test("asks a silent registry once for all its images", async () => {
    const { options, pulls, told } = await start(OFFLINE);
    for (const name of ["node", "nginx"] as const) await engine.has(standInReference(name), await upToDate(name));
    await Promise.all([provideImage("node", options), provideImage("nginx", options)]);
    await provideImage("node", options);
    expect(await pulls()).toHaveLength(1);
    expect(told.filter((line) => line.includes("not reachable"))).toHaveLength(1);
  });

  test("pulls once for callers at the same time", async () => {
    const { options, pulls } = await start(PULLED);
    const both = await Promise.all([provideImage("node", options), provideImage("node", options)]);
    expect(both[0]).toEqual(both[1]);
    expect(await pulls()).toHaveLength(1);
  });

  test("takes no stand-in when the registry answers that it has no such image", async () => {
    const { options } = await start(ABSENT);
    await engine.has(standInReference("node"), await upToDate("node"));
    await expect(provideImage("node", options)).rejects.toMatchObject({ code: "IMAGE_NOT_PULLED" });
  });

  test.each([OFFLINE, ABSENT])("never takes anything in place of a replacement that was asked for", async (pull) => {
    const { options } = await start(pull);
    await engine.has(catalogue.node.reference);
    await engine.has(standInReference("node"), await upToDate("node"));
    const failure = provideImage("node", { ...options, reference: "registry.example/node:24" });
    await expect(failure).rejects.toMatchObject({ code: "IMAGE_NOT_PULLED", happened: expect.stringContaining("registry.example/node:24") as string });
  });
});

describe("provideReference", () => {
  test("pulls an image that is not in the catalogue", async () => {
    const { options } = await start(PULLED);
    expect(await provideReference("registry.example/tool:1", options)).toEqual({ reference: "registry.example/tool:1", imageId: "sha256:cafe", standIn: false });
  });
});
