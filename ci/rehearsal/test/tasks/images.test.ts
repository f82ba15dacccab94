import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { expect, it, onTestFinished } from "vitest";
import { ContainerProgram } from "../../src/tasks/containers/container-program.ts";
import { Images, type ArchiveOf } from "../../src/tasks/containers/images.ts";
import { LoadedImages } from "../../src/tasks/containers/loaded-images.ts";
import { pauseProgram } from "../../src/tasks/containers/pause-program.ts";
import { findImage, imageArchive } from "../../src/services/ecr/images.ts";
import { makeImage, pushImage, sha256, startRegistry } from "../registry/support/push-image.ts";
import { container, task } from "./container-specs.ts";
import { containerMachine } from "./container-test-machine.ts";
import { byEachEngine, type Provided } from "./engines.ts";

async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-images-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

const exists = async (file: string): Promise<boolean> => access(file).then(() => true, () => false);

/** An image of one small program that waits, which the engine had once: only its archive is left. */
async function archivedImage({ engine: { cli } }: Provided): Promise<{ readonly loadedAs: string; readonly file: string }> {
  const loadedAs = `rehearsal.invalid/test:${randomBytes(6).toString("hex")}`;
  const folder = await scratchFolder();
  const [file, content] = [join(folder, "image.tar"), join(folder, "content.tar")];
  onTestFinished(async () => {
    await cli.run(["image", "rm", "--force", loadedAs], { accept: "any" });
  });
  const archive = pack();
  archive.entry({ name: "pause", mode: 0o755 }, pauseProgram(process.arch === "arm64" ? "arm64" : "amd64"));
  archive.finalize();
  await pipeline(archive, createWriteStream(content));
  await cli.run(["import", content, loadedAs]);
  await cli.run(["save", "--output", file, loadedAs]);
  await cli.run(["image", "rm", loadedAs]);
  return { loadedAs, file };
}

const reference = "127.0.0.1:4610/notes:1";

byEachEngine("images of the rehearsal's registry", (provided) => {
  it("are handed over as a file, once for all tasks, which is then removed", async () => {
    const engine = await provided();
    const { loadedAs, file } = await archivedImage(engine);
    const written: string[] = [];
    const archiveOf = (image: string) => (image === reference ? { loadedAs, write: async () => { written.push(image); return Promise.resolve(file); } } : undefined);
    const waiting = (name: string): ReturnType<typeof container> => container(name, reference, "", { entryPoint: ["/pause"], command: [] });
    const { start } = containerMachine(engine, { archiveOf });
    const [both, one] = [start(task(waiting("web"), waiting("other"))).recorder, start(task(waiting("web"))).recorder];
    await Promise.all([both.event("web RUNNING"), both.event("other RUNNING"), one.event("web RUNNING")]);
    expect([written, await exists(file)]).toEqual([[reference], false]);
    // The engine has it now: the next process loads nothing.
    await containerMachine(engine, { archiveOf }).start(task(waiting("web"))).recorder.event("web RUNNING");
    expect(written).toEqual([reference]);
  });

  it("that cannot be written or loaded stop the task before a container starts, and say why", async () => {
    const engine = await provided();
    const empty = join(await scratchFolder(), "none.tar");
    const unwritable = containerMachine(engine, { archiveOf: () => ({ loadedAs: "rehearsal.invalid/test:none", write: async () => Promise.reject(new Error("ENOSPC: no space left on device, write")) }) });
    const unloadable = containerMachine(engine, { archiveOf: () => ({ loadedAs: "rehearsal.invalid/test:none", write: async () => Promise.resolve(empty) }) });
    const reasons = await Promise.all([unwritable, unloadable].map(async ({ start }) => {
      const { recorder } = start(task(container("web", reference, "")));
      return { ...(await recorder.end()), events: recorder.events.length };
    }));
    const prefix = "CannotPullContainerError: pull image manifest has been retried 1 time(s): 127.0.0.1:4610/notes:1: ";
    expect(reasons).toEqual([
      { code: "TaskFailedToStart", reason: `${prefix}ENOSPC: no space left on device, write`, events: 2 },
      { code: "TaskFailedToStart", reason: expect.stringContaining(`${prefix}failed to register layer: `) as string, events: 2 },
    ]);
    expect([unwritable.defects, unloadable.defects, await unwritable.left(), await unloadable.left()]).toEqual([[], [], [], []]);
  });

  it("are loaded as they were pushed", async () => {
    const { engine } = await provided();
    const { archiveOf, pushed, text } = await pushedImage(await provided());
    const images = new Images(new ContainerProgram({ program: engine.program, env: engine.cli.env }), archiveOf);
    const { config } = await makeImage(text);
    expect((await images.provide(pushed)).replace("sha256:", "")).toBe(sha256(config).replace("sha256:", ""));
  });

  it("are gone from the engine when the rehearsal has ended, also those that one had loaded that was killed", async () => {
    const { engine } = await provided();
    const { archiveOf, loadedAs, pushed } = await pushedImage(await provided());
    const loadedImages = join(await scratchFolder(), "loaded-images");
    const areKnown = async (): Promise<boolean[]> => [(await engine.cli.run(["image", "inspect", loadedAs], { accept: "any" })).exitCode === 0, await exists(loadedImages)];
    // It is never stopped, as far as the next one can tell.
    const killed = new Images(new ContainerProgram({ program: engine.program, env: engine.cli.env }), archiveOf, new LoadedImages(loadedImages));
    await killed.provide(pushed);
    expect(await areKnown()).toEqual([true, true]);
    await containerMachine(await provided(), { archiveOf, loadedImages }).provider.stop();
    expect(await areKnown()).toEqual([false, false]);
  });
});

/** In the rehearsal's registry, and of a few bytes; it becomes a file when it is asked for. */
async function pushedImage({ engine: { cli } }: Provided): Promise<{ readonly pushed: string; readonly loadedAs: string; readonly text: string; readonly archiveOf: ArchiveOf }> {
  const { rehearsal, ask } = await startRegistry();
  const text = `pushed ${randomBytes(6).toString("hex")}`;
  const pushed = `${new URL(rehearsal.url).host}/notes/api@${await pushImage(ask, "notes/api", "v1", text)}`;
  const loadedAs = findImage(rehearsal.parts, pushed)?.loadedAs ?? "";
  const file = join(await scratchFolder(), "image.tar");
  onTestFinished(async () => {
    await cli.run(["image", "rm", "--force", loadedAs], { accept: "any" });
  });
  const write = async (): Promise<string> => {
    await imageArchive(rehearsal.parts, pushed, file);
    return file;
  };
  return { pushed, loadedAs, text, archiveOf: () => ({ loadedAs, write }) };
}
