import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { execa } from "execa";
import { expect, it } from "vitest";
import { startRehearsal } from "../support/rehearsal.ts";
import { main, rehearsal, scratchState } from "./process.ts";

const isThere = async (path: string): Promise<boolean> => access(path).then(() => true, () => false);

it("ends at Ctrl-C with all it had saved, and says by no file that it runs", async () => {
  const state = await scratchState();
  const serving = execa(process.execPath, [main, "serve", "--port", "0", "--state", state], { reject: false });
  await expect.poll(async () => isThere(join(state, "running.json")), { timeout: 60_000 }).toBe(true);
  serving.kill("SIGINT");
  expect((await serving).exitCode).toBe(0);
  expect([await isThere(join(state, "running.json")), await isThere(join(state, "world.json"))]).toEqual([false, true]);
});

it("ends by itself when nothing happens", async () => {
  const state = await scratchState();
  expect((await execa(process.execPath, [main, "serve", "--port", "0", "--state", state, "--idle-minutes", "0.01"], { reject: false })).exitCode).toBe(0);
  expect(await isThere(join(state, "running.json"))).toBe(false);
});

it("says that a state folder cannot be written, and starts nothing", async () => {
  const state = await scratchState();
  await writeFile(join(state, "file"), "");
  const refused = await rehearsal("start", "--port", "0", "--state", join(state, "file", "inner"));
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stderr).toContain(join(state, "file", "inner"));
  expect(refused.stderr).not.toContain("    at ");
});

it.each([
  ["that is no Terraform JSON", "[]"],
  ["that refers to nothing", JSON.stringify({ resource: { aws_ecs_service: { web: { name: "web", cluster: "${aws_ecs_cluster.none.id}" } } } })],
])("names the world %s, and starts nothing", async (_what, text) => {
  const state = await scratchState();
  const world = join(state, "cdk.tf.json");
  await writeFile(world, text);
  const refused = await rehearsal("start", "--port", "0", "--state", join(state, "inner"), "--world", world);
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toContain(text === "[]" ? world : "aws_ecs_cluster.none");
  expect((await rehearsal("status", "--state", join(state, "inner"))).exitCode).toBe(2);
});

it("refuses a key of a real account, and names the variable to set", async () => {
  const { client } = await startRehearsal();
  const foreign = new STSClient({ ...client, credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" } });
  await expect(foreign.send(new GetCallerIdentityCommand())).rejects.toThrow(/AWS_ACCESS_KEY_ID/);
});

it.each([
  ["of a service that it has not, by a target", { "x-amz-target": "DynamoDB_20120810.ListTables" }],
  ["of a service that it has not, by a path alone", {}],
])("names the service: a request signed for one %s", async (_what, headers) => {
  const { rehearsal: { url } } = await startRehearsal();
  const authorization = "AWS4-HMAC-SHA256 Credential=AKIAREHEARSALONLY000/20260115/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
  const answer = await fetch(url, { method: "POST", headers: { authorization, "content-type": "application/x-amz-json-1.0", ...headers } });
  expect({ status: answer.status, text: await answer.text() }).toMatchObject({ status: 501, text: expect.stringContaining("The rehearsal has no service dynamodb") as string });
});
