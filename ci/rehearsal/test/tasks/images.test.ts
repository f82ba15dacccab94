import { randomBytes } from "node:crypto";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { ContainerProgram } from "../../src/tasks/containers/container-program.ts";
import { Images } from "../../src/tasks/containers/images.ts";
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

/** An image that the engine had once: only its archive is left. */
async function archivedImage({ engine: { cli }, image }: Provided): Promise<{ readonly loadedAs: string; readonly file: string }> {
  const loadedAs = `rehearsal.invalid/test:${randomBytes(6).toString("hex")}`;
  const [file, name] = [join(await scratchFolder(), "image.tar"), `rehearsal-test-${randomBytes(6).toString("hex")}`];
  onTestFinished(async () => {
    await cli.run(["image", "rm", "--force", loadedAs], { accept: "any" });
  });
  await cli.run(["run", "--name", name, "--pull", "never", image, "sh", "-c", "echo handed over > /handed"]);
  await cli.run(["commit", name, loadedAs]);
  await cli.run(["rm", "--volumes", name]);
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
    const { start } = containerMachine(engine, { archiveOf });
    const web = (): ReturnType<typeof container> => container("web", reference, "console.log(require('fs').readFileSync('/handed', 'utf8').trim())");
    const recorders = [task(web(), { ...web(), name: "other" }), task(web())].map((each) => start(each).recorder);
    await Promise.all(recorders.map(async (recorder) => recorder.end()));
    expect(recorders.flatMap(({ lines }) => lines).toSorted()).toContain("web: handed over");
    expect([written, await exists(file)]).toEqual([[reference], false]);
    // The engine has it now: the next process loads nothing.
    const next = containerMachine(engine, { archiveOf }).start(task(web()));
    await next.recorder.end();
    expect([next.recorder.lines, written]).toEqual([["web: handed over"], [reference]]);
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
    const { rehearsal, ask } = await startRegistry();
    const text = `pushed ${randomBytes(6).toString("hex")}`;
    const pushed = `${new URL(rehearsal.url).host}/notes/api@${await pushImage(ask, "notes/api", "v1", text)}`;
    const loadedAs = findImage(rehearsal.parts, pushed)?.loadedAs ?? "";
    const file = join(await scratchFolder(), "image.tar");
    onTestFinished(async () => {
      await engine.cli.run(["image", "rm", "--force", loadedAs], { accept: "any" });
    });
    const write = async (): Promise<string> => {
      await imageArchive(rehearsal.parts, pushed, file);
      return file;
    };
    const images = new Images(new ContainerProgram({ program: engine.program, env: engine.cli.env }), () => ({ loadedAs, write }));
    const { config } = await makeImage(text);
    expect((await images.provide(pushed)).replace("sha256:", "")).toBe(sha256(config).replace("sha256:", ""));
  });
});
