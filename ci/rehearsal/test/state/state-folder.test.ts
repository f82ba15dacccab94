import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { expect, it, onTestFinished } from "vitest";
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
  expect(second.parts.timeline.since()).toHaveLength(events);
  expect(await namesOf(second)).toEqual(["notes-backend"]);
  expect(second.parts.timeline.since().at(-1)).toMatchObject({ number: events + 1, what: "call" });
});

it("goes on from the last whole line of a timeline that was cut off", async () => {
  const folder = await scratch();
  const first = await start(folder);
  await namesOf(first);
  await first.stop();
  await appendFile(join(folder, "timeline.ndjson"), '{"number": 2, "at": "20');
  const second = await start(folder);
  onTestFinished(async () => second.stop());
  expect(second.parts.timeline.since()).toHaveLength(1);
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
