import { appendFile, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { expect, it, onTestFinished, vi } from "vitest";
import { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { StateFolder } from "../../src/state/state-folder.ts";
import { clientSettings, startMs } from "../support/rehearsal.ts";

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-state-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

const start = async (folder: string): Promise<AwsRehearsal> => new AwsRehearsal({ clock: new VirtualClock(startMs), state: new StateFolder(folder) }).start();

const namesOf = async (rehearsal: AwsRehearsal): Promise<(string | undefined)[]> => ((await new ECRClient(clientSettings(rehearsal)).send(new DescribeRepositoriesCommand())).repositories ?? []).map(({ repositoryName }) => repositoryName);

it("is there again after a stop, with its timeline going on", async () => {
  const folder = await scratch();
  const first = await start(folder);
  await new ECRClient(clientSettings(first)).send(new CreateRepositoryCommand({ repositoryName: "notes-backend" }));
  const events = first.parts.timeline.since().length;
  await first.stop();
  const second = await start(folder);
  onTestFinished(async () => second.stop());
  expect(second.parts.timeline.since().slice(events)).toMatchObject([{ number: events + 1, actor: "rehearsal", what: "taken-up" }]);
  expect(await namesOf(second)).toEqual(["notes-backend"]);
  expect(second.parts.timeline.since().at(-1)).toMatchObject({ number: events + 2, what: "call" });
});

it("goes on from the last whole line of a timeline that was cut off", async () => {
  const folder = await scratch();
  const first = await start(folder);
  await namesOf(first);
  await first.stop();
  await appendFile(join(folder, "timeline.ndjson"), '{"number": 2, "at": "20');
  const second = await start(folder);
  const whole = second.parts.timeline.since();
  expect(whole.map(({ number, what }) => [number, what])).toEqual([[1, "call"], [2, "taken-up"]]);
  await second.stop();
  // What was written after it can be read as well.
  const third = await start(folder);
  onTestFinished(async () => third.stop());
  expect(third.parts.timeline.since().slice(0, 2)).toEqual(whole);
});

it.each([
  ["cut off", '{"format": 1, "wor', /JSON/],
  ["of another form", '{"format": 2, "nowMs": 1, "world": {}}', /format/],
])("that is %s is refused, and left as it is", async (_name, text, why) => {
  const folder = await scratch();
  await writeFile(join(folder, "world.json"), text);
  expect(() => new AwsRehearsal({ state: new StateFolder(folder) })).toThrow(expect.objectContaining({ code: "STATE_UNREADABLE", message: expect.stringMatching(why) as string, next: expect.stringContaining("--fresh") as string }));
  expect(await readFile(join(folder, "world.json"), "utf8")).toBe(text);
});

it("answers on a disk that is full, says so once, and writes what was missing when there is room", async () => {
  const folder = await scratch();
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => { said.mockRestore(); });
  const rehearsal = await start(folder);
  onTestFinished(async () => rehearsal.stop());
  const path = join(folder, "timeline.ndjson");
  await rm(path, { force: true });
  await symlink("/dev/full", path);
  const defects = (): number => rehearsal.parts.timeline.since().filter(({ what }) => what === "defect").length;
  for (let call = 0; call < 3; call += 1) expect(await namesOf(rehearsal)).toEqual([]);
  await expect.poll(defects).toBe(1);
  expect(await namesOf(rehearsal)).toEqual([]);
  expect(said.mock.calls.flat().filter((text) => String(text).includes("ENOSPC"))).toHaveLength(1);
  await rm(path);
  await namesOf(rehearsal);
  const kept = rehearsal.parts.timeline.since();
  expect([kept.length, defects()]).toEqual([6, 1]);
  expect((await readFile(path, "utf8")).trim().split("\n").map((line) => JSON.parse(line) as unknown)).toEqual(kept);
});

it("keeps nothing of a world that could not be made", async () => {
  const folder = await scratch();
  const failing = new AwsRehearsal({
    state: new StateFolder(folder),
    make: async (parts) => {
      parts.timeline.add("rehearsal", "half-made");
      parts.world.changed();
      return Promise.reject(new Error("it is broken"));
    },
  });
  await expect(failing.start()).rejects.toThrow("it is broken");
  await failing.stop();
  expect(await readdir(folder)).toEqual([]);
});
