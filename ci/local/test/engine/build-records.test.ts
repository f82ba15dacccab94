import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ImageBuild } from "../../../../dagger/src/engine/engine.ts";
import { imagesNamed, removeImages } from "../support/left-behind.ts";
import { containerEngine, openEngine, testService, unending, webBuild } from "../support/local-engine.ts";
import { scratchFolder, scratchRepository, writeFiles } from "../support/scratch.ts";

/** What becomes of the images of earlier builds. */

const hour = 3_600_000;
const noon = Date.parse("2026-11-23T12:00:00Z");

interface World {
  /** Builds with this content, as a run at this time; returns the build's reference. */
  readonly build: (content: string, now: number, tag?: string) => Promise<string>;
  readonly service: string;
  /** Recorded images of stages, by reference. */
  readonly layers: () => Promise<Map<string, string[]>>;
}

async function world(dockerfile: string): Promise<World> {
  const service = testService();
  const root = await scratchRepository({ "web/Dockerfile": dockerfile, "web/a.txt": "" });
  const home = await scratchFolder("cache");
  onTestFinished(async () => removeImages(`gitops-build-${service}`));
  const open = async (content: string, now: number) => {
    // Unlike that of any other test: the same content is the same image, whatever its name.
    await writeFiles(root, { "web/a.txt": `${service} ${content}` });
    return openEngine(root, { home, clock: { now: () => now } });
  };
  const what = (tag?: string): ImageBuild => webBuild({ service, baseImages: {}, ...(tag === undefined ? {} : { tag: `gitops-build-${service}:${tag}` }) });
  return {
    service,
    build: async (content, now, tag) => {
      const opened = await open(content, now);
      const before = await imagesNamed(`gitops-build-${service}-runtime`);
      await opened.engine.build(what(tag), unending);
      await opened.parts.records.prune(opened.parts.containers, now);
      return (await imagesNamed(`gitops-build-${service}-runtime`)).find((name) => !before.includes(name)) ?? "";
    },
    layers: async () => {
      const folder = join(home, "builds", (await containerEngine()).program);
      const files = (await readdir(folder)).map(async (file): Promise<[string, string[]]> => {
        const text = await readFile(join(folder, file), "utf8");
        return [file.replace("@", ":"), text.split("\n").filter((line) => line.startsWith("layer ")).map((line) => line.slice(6))];
      });
      return new Map(await Promise.all(files));
    },
  };
}

const twoStages = "FROM scratch AS made\nCOPY . /\nFROM scratch AS runtime\nCOPY --from=made /a.txt /a.txt\n";

describe("images of earlier builds", () => {
  it("stay while they are among the last three of their target that were used; then they go, with their release tags and the images of their stages", async () => {
    const { build, service, layers } = await world(twoStages);
    const old = await build("1", noon, "c000001");
    const used = await build("2", noon + hour, "c000002");
    const oldLayers = (await layers()).get(old) ?? [];
    const third = await build("3", noon + 4 * hour);
    // The second one is used again, so that it is not the oldest any more.
    await build("2", noon + 5 * hour);
    const fourth = await build("4", noon + 6 * hour);
    expect(await imagesNamed(`gitops-build-${service}`)).toEqual(expect.arrayContaining([fourth, third, used, `gitops-build-${service}:c000002`]));
    expect(await imagesNamed(`gitops-build-${service}`)).not.toContain(old);
    expect(await imagesNamed(`gitops-build-${service}`)).not.toContain(`gitops-build-${service}:c000001`);
    const { cli, program } = await containerEngine();
    if (program !== "podman") return;
    expect(oldLayers.length).toBeGreaterThan(0);
    for (const layer of oldLayers) expect((await cli.run(["image", "exists", layer], { accept: "any" })).exitCode, layer).toBe(1);
    for (const layer of (await layers()).get(fourth) ?? []) expect((await cli.run(["image", "exists", layer], { accept: "any" })).exitCode, layer).toBe(0);
  });

  it("stay, however many, while another run may be on its way to them", async () => {
    const { build, service } = await world(twoStages);
    for (const [index, content] of ["1", "2", "3", "4"].entries()) await build(content, noon + index * 60_000);
    expect(await imagesNamed(`gitops-build-${service}-runtime`)).toHaveLength(4);
  });

  it("stay where a container uses one, and where a release tag has moved on to a newer image", async () => {
    const { build, service } = await world(twoStages);
    const { cli } = await containerEngine();
    const old = await build("1", noon, "dirty");
    await cli.run(["create", "--name", `gitops-test-${service}`, old, "/none"]);
    onTestFinished(async () => { await cli.run(["rm", "--force", `gitops-test-${service}`], { accept: "any" }); });
    await build("2", noon + hour, "dirty");
    for (const [index, content] of ["3", "4", "5"].entries()) await build(content, noon + (5 + index) * hour);
    const left = await imagesNamed(`gitops-build-${service}`);
    expect(left).toContain(old);
    await cli.run(["rm", "--force", `gitops-test-${service}`]);
    await build("6", noon + 9 * hour);
    expect(await imagesNamed(`gitops-build-${service}`)).not.toContain(old);
  });

  it("are looked at only after a build: a run that builds nothing asks the engine nothing", async () => {
    const containers = await containerEngine();
    const { parts } = await openEngine(await scratchRepository({ a: "" }));
    const refusing = { ...containers, cli: new Proxy(containers.cli, { get: () => () => { throw new Error("asked"); } }) };
    await parts.records.used("gitops-build-web-runtime:0", noon);
    await expect(parts.records.prune(refusing, noon + 100 * hour)).resolves.toBeUndefined();
  });

  it("are not lost with a record that cannot be read", async () => {
    const { build, service } = await world(twoStages);
    await build("1", noon);
    const home = await scratchFolder("cache");
    await writeFile(join(home, "builds"), "a file where a folder should be");
    const { engine, parts } = await openEngine(await scratchRepository({ "web/Dockerfile": twoStages, "web/a.txt": `${service} 2` }), { home });
    await engine.build(webBuild({ service, baseImages: {} }), unending);
    await parts.records.prune(parts.containers, noon + 100 * hour);
    expect(await imagesNamed(`gitops-build-${service}-runtime`)).toHaveLength(2);
  });
});
