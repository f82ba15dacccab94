import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isAlive, ownerInName, ownerTag, thisProcess } from "../../src/run/owner.ts";
import { makeRunFolder, ownerOfPath } from "../../src/run/run-folder.ts";
import { scratchFolder } from "../support/scratch.ts";

const dead = { ...thisProcess(), startedAt: "1" };

it("a run's folder goes with it; one of a dead run goes at the next start; others stay", async () => {
  const parent = await scratchFolder();
  const others = [`gitops-run-${ownerTag({ ...dead, machine: "00000000" })}-x`, "gitops-run-of-another-kind", `gitops-run-${ownerTag()}-living`];
  for (const name of [...others, `gitops-run-${ownerTag(dead)}-x`]) await mkdir(join(parent, name, "tree"), { recursive: true });
  const folder = await makeRunFolder("new", parent);
  expect((await readdir(parent)).toSorted()).toEqual([...others, `gitops-run-${ownerTag()}-new`].toSorted());
  await folder.remove();
  expect((await readdir(parent)).toSorted()).toEqual(others.toSorted());
});

it("an owner is read from a name, and a process that has the number now is not taken for it", () => {
  expect(ownerInName(`gitops-${ownerTag()}-abc`, "gitops-")).toEqual(thisProcess());
  expect(ownerOfPath(`/tmp/gitops-run-${ownerTag(dead)}-abc/build-1/mark`)).toEqual(dead);
  expect(ownerInName("gitops-build-web", "gitops-")).toBeUndefined();
  expect([isAlive(thisProcess()), isAlive(dead), isAlive({ ...dead, machine: "00000000" })]).toEqual([true, process.platform !== "linux", true]);
  expect(isAlive({ ...thisProcess(), pid: 2 ** 22 + 1 })).toBe(false);
});
