import { join } from "node:path";
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { execa } from "execa";
import { expect, it } from "vitest";
import { operatorKey } from "../../src/iam/access-keys.ts";
import { rehearsal, scratchState, start, startIn } from "./process.ts";

const clientOf = (endpoint: string): ECRClient => new ECRClient({ endpoint, region: "eu-west-1", credentials: operatorKey });

it("starts one that outlives the command, with a real engine, finds it again, tells how it is, and ends it", async () => {
  const state = await scratchState();
  const first = await startIn({}, state);
  expect(await start(state)).toMatchObject(first);
  const { stdout } = await rehearsal("status", "--state", state);
  expect(stdout).toMatch(/^The rehearsal runs at http:\/\/127\.0\.0\.1:\d+\. Its time is .*Z, 1 × as fast as here\. Faults: none\.$/);
  expect(await rehearsal("stop", "--state", state)).toMatchObject({ exitCode: 0, stdout: `The rehearsal at ${first.url} has ended.` });
  expect(await rehearsal("status", "--state", state)).toMatchObject({ exitCode: 2, stderr: `No rehearsal runs with the state in ${state}. Start one with: npm run rehearsal -- start` });
});

it("prints what points a tool at it", async () => {
  const state = await scratchState();
  const { stdout } = await rehearsal("start", "--port", "0", "--state", state);
  expect(stdout.split("\n").slice(1).map((line) => line.trim().split("=")[0])).toEqual(["export AWS_ENDPOINT_URL", "export AWS_ACCESS_KEY_ID", "export AWS_SECRET_ACCESS_KEY", "export AWS_REGION", "export AWS_DEFAULT_REGION"]);
});

it("that was killed is taken up with all it had; --fresh begins anew", async () => {
  const state = await scratchState();
  const first = await start(state);
  await clientOf(first.url).send(new CreateRepositoryCommand({ repositoryName: "notes-backend" }));
  // What was answered is saved within moments.
  await expect.poll(async () => (await execa("cat", [join(state, "world.json")])).stdout).toContain("notes-backend");
  process.kill(first.pid, "SIGKILL");
  const second = await start(state);
  expect(second.pid).not.toBe(first.pid);
  expect((await clientOf(second.url).send(new DescribeRepositoriesCommand())).repositories).toHaveLength(1);
  expect(await rehearsal("start", "--fresh", "--port", "0", "--state", state)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Stop it first") as string });
  await rehearsal("stop", "--state", state);
  const third = await start(state, "--fresh");
  expect((await clientOf(third.url).send(new DescribeRepositoriesCommand())).repositories).toEqual([]);
});

it.each([
  [["--port", "many"], /It must be a number from 0 to 65535/],
  [["--speed", "0"], /It must be a number from 1 to 1000/],
  [["--colour"], /unknown option '--colour'/],
])("refuses %j", async (args, message) => {
  expect(await rehearsal("start", ...args)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) as string });
});
