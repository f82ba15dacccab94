import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { holderOf, takeState } from "../../src/state/state-lock.ts";

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-lock-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

const lock = fileURLToPath(new URL("../../src/state/state-lock.ts", import.meta.url));
/** Tries once, says whether it got the folder, and ends with its input, without giving anything back. */
const taker = (folder: string) => execa(process.execPath, ["--input-type=module", "-e", `import { takeState } from ${JSON.stringify(lock)}; console.log(takeState(${JSON.stringify(folder)}) !== undefined); process.stdin.resume();`], { reject: false });

it("is given to one, until that gives it back", async () => {
  const folder = await scratch();
  const giveBack = takeState(folder);
  expect([holderOf(folder), takeState(folder)]).toEqual([process.pid, undefined]);
  giveBack?.();
  expect(holderOf(folder)).toBeUndefined();
  expect(takeState(folder)).toBeDefined();
  expect(await readdir(folder)).toEqual(["lock.2"]);
});

it("goes to one of many who come at once after its owner was killed", async () => {
  const folder = await scratch();
  await writeFile(join(folder, "lock.7"), "000000000000-1-0");
  const takers = Array.from({ length: 6 }, () => taker(folder));
  const first = await Promise.all(takers.map(async (one) => String((await once(one.stdout, "data"))[0]).trim()));
  expect(first.toSorted()).toEqual([...Array<string>(5).fill("false"), "true"]);
  for (const one of takers) one.stdin.end();
  await Promise.all(takers);
  expect(holderOf(folder)).toBeUndefined();
});
