import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { operatorKey } from "../../src/iam/access-keys.ts";

const main = fileURLToPath(new URL("../../src/command-line/main.ts", import.meta.url));

interface Outcome {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const rehearsal = async (...args: string[]): Promise<Outcome> => execa(process.execPath, [main, ...args], { reject: false });

/** A state of a test's own; whatever runs with it ends with the test. */
async function scratchState(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-cli-"));
  onTestFinished(async () => {
    await rehearsal("stop", "--state", folder);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

const start = async (state: string, ...more: string[]): Promise<{ url: string; pid: number }> => {
  const { stdout, stderr } = await rehearsal("start", "--json", "--port", "0", "--state", state, ...more);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as { url: string; pid: number };
};

const clientOf = (endpoint: string): ECRClient => new ECRClient({ endpoint, region: "eu-west-1", credentials: operatorKey });

it("starts one that outlives the command, finds it again, tells how it is, and ends it", async () => {
  const state = await scratchState();
  const first = await start(state);
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

it("says why it does not start: a port that is taken, a state that cannot be read, a world that is none", async () => {
  const [state, other] = [await scratchState(), await scratchState()];
  const { url } = await start(state);
  expect(await rehearsal("start", "--port", new URL(url).port, "--state", other)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("Something else listens on 127.0.0.1:") as string });
  await writeFile(join(other, "world.json"), "{");
  expect(await rehearsal("start", "--port", "0", "--state", other)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("Start with --fresh to begin anew") as string });
  const broken = join(other, "broken.tf.json");
  await writeFile(broken, "{");
  expect(await rehearsal("start", "--fresh", "--port", "0", "--state", join(other, "inner"), "--world", broken)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining(broken) as string });
});

it.each([
  [["--port", "many"], /It must be a number from 0 to 65535/],
  [["--speed", "0"], /It must be a number from 1 to 1000/],
  [["--colour"], /unknown option '--colour'/],
])("refuses %j", async (args, message) => {
  expect(await rehearsal("start", ...args)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) as string });
});
