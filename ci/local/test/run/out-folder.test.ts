import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openOutFolder } from "../../src/run/out-folder.ts";
import { thisProcess } from "../../src/run/owner.ts";
import { scratchFolder } from "../support/scratch.ts";

/** The folder for reports and its lock, without a run around it. */

const report = new Map([
  ["report.json", "{}"],
  ["report.schema.json", "{}"],
  ["report.md", "md"],
  ["report.html", "html"],
  ["results.sarif", "{}"],
  ["junit.xml", "<testsuites/>"],
  ["raw/secrets/gitleaks.log", "log"],
  ["sbom/web.spdx.json", "{}"],
]);
const written = ["junit.xml", "raw", "report.html", "report.json", "report.md", "report.schema.json", "results.sarif", "sbom"];

/** A lock as a process has left it that is certainly gone: its number has been given to another since. */
const dead = JSON.stringify({ ...thisProcess(), startedAt: "1" });

describe("the folder for reports", () => {
  it("is made, ignored by Git, and holds what was written", async () => {
    const path = join(await scratchFolder(), "a/b");
    const out = await openOutFolder(path);
    await out.write(report);
    await out.release();
    expect((await readdir(path)).toSorted()).toEqual([".gitignore", ...written]);
  });

  it("loses the last report when it is opened, and nothing that is not of ours", async () => {
    const path = join(await scratchFolder(), "out");
    const first = await openOutFolder(path);
    await first.write(report);
    await first.release();
    const theirs = ["coverage.xml", "my-report.html", "report.html.bak", "sbom.json"];
    for (const name of theirs) await writeFile(join(path, name), "mine");
    await openOutFolder(path);
    expect((await readdir(path)).toSorted()).toEqual([".gitignore", ".lock", "report.schema.json", ...theirs].toSorted());
    for (const name of theirs) expect(await readFile(join(path, name), "utf8")).toBe("mine");
  });

  it("beside files of others is not made to look as if Git should ignore them", async () => {
    const path = await scratchFolder();
    await writeFile(join(path, "mine.txt"), "mine");
    const out = await openOutFolder(path);
    await out.write(report);
    await out.release();
    expect((await readdir(path)).toSorted()).toEqual([...written, "mine.txt"].toSorted());
  });

  it.each(["report.json", "report.md", "report.html", "results.sarif", "junit.xml", "raw", "sbom"])("is refused when it has a %s of another program", async (name) => {
    const path = await scratchFolder();
    await mkdir(join(path, name));
    await expect(openOutFolder(path)).rejects.toMatchObject({ code: "OUT_NOT_OURS", exitCode: 2 });
    expect(await readdir(path)).toEqual([name]);
  });

  it("writes the verdict last: where it cannot be written, nothing is left that says it was", async () => {
    const path = await scratchFolder();
    const out = await openOutFolder(path);
    // Every write to this device finds no room.
    await symlink("/dev/full", join(path, "report.json.part"));
    await expect(out.write(report)).rejects.toMatchObject({ code: "OUT_NOT_WRITABLE", exitCode: 4 });
    expect(await readdir(path)).toEqual([".gitignore", ".lock", "report.schema.json"]);
  });
});

describe("its lock", () => {
  it("is held by one run, and let go", async () => {
    const path = await scratchFolder();
    const first = await openOutFolder(path);
    await expect(openOutFolder(path)).rejects.toMatchObject({ code: "OUT_IN_USE", exitCode: 2 });
    await first.release();
    await (await openOutFolder(path)).release();
  });

  it.each([
    ["of a dead process", dead],
    ["cut off", dead.slice(0, 10)],
    ["empty", ""],
  ])("%s is taken over, by one of many that try at once", async (_, text) => {
    const path = await scratchFolder();
    await writeFile(join(path, ".lock"), text);
    const opened = await Promise.allSettled(Array.from({ length: 20 }, async () => openOutFolder(path)));
    expect(opened.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    for (const result of opened) if (result.status === "fulfilled") await result.value.release();
    await (await openOutFolder(path)).release();
    expect((await readdir(path)).filter((name) => name.startsWith(".lock"))).toEqual([]);
  });

  it("of another machine is respected, and said how to take away", async () => {
    const path = await scratchFolder();
    await writeFile(join(path, ".lock"), JSON.stringify({ ...thisProcess(), machine: "00000000" }));
    await expect(openOutFolder(path)).rejects.toThrow(`on another machine or in another container; if that is gone, remove ${path}/.lock`);
    expect(JSON.parse(await readFile(join(path, ".lock"), "utf8"))).toMatchObject({ machine: "00000000" });
  });
});
