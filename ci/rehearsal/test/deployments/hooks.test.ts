import { PutLifecycleEventHookExecutionStatusCommand } from "@aws-sdk/client-codedeploy";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { hookTargetOf } from "../../src/command-line/hook-option.ts";
import type { Parts } from "../../src/parts.ts";
import { hookTargets, type HookTarget } from "../../src/services/codedeploy/hooks.ts";
import { codedeploySlice, hookNames } from "../../src/services/codedeploy/state.ts";
import { appSpec, setUp } from "../services/codedeploy/setting.ts";

const node = (script: string): HookTarget => ({ command: [process.execPath, "-e", script] });
const withHooks = (targets: Readonly<Record<string, HookTarget>>): { readonly prepare: (parts: Parts) => void } => ({
  prepare: (parts) => {
    parts.provide(hookTargets, targets);
  },
});
const content = (event: string, name = "check"): string => appSpec({ hooks: [{ [event]: name }] });

it.each(hookNames)("runs the command that stands for the function of %s, with what Lambda would get on its standard input", async (event) => {
  const script = "let text=''; process.stdin.on('data', (part) => text += part).on('end', () => { const { DeploymentId, LifecycleEventHookExecutionId } = JSON.parse(text); process.exit(/^d-/.test(DeploymentId) && LifecycleEventHookExecutionId ? 0 : 9); })";
  const { deploy, info, rehearsal, untilOver } = await setUp(withHooks({ check: node(script) }));
  const id = await deploy({ content: content(event, "arn:aws:lambda:eu-west-1:123456789012:function:check:live") });
  await untilOver();
  expect((await info(id)).status).toBe("Succeeded");
  expect(rehearsal.parts.timeline.since().filter(({ what }) => what === "hook-ended").map(({ detail }) => detail["answer"])).toEqual(["Succeeded"]);
});

it("tells a command where this AWS is", async () => {
  const { deploy, info, rehearsal, untilOver } = await setUp(withHooks({ check: node("fetch(process.env.AWS_ENDPOINT_URL + '/_rehearsal/status').then((answer) => process.exit(answer.ok ? 0 : 9))") }));
  const id = await deploy({ content: content("AfterInstall") });
  await untilOver();
  expect((await info(id)).status, rehearsal.url).toBe("Succeeded");
});

it.each([
  ["a b  c", { command: ["a", "b", "c"] }],
  ["http://127.0.0.1:9/x", { url: "http://127.0.0.1:9/x" }],
  ['{"command":["node","a b.mjs"],"cwd":"/some where"}', { command: ["node", "a b.mjs"], cwd: "/some where" }],
])("takes %s for a hook", (text, target) => {
  expect(hookTargetOf(text)).toEqual(target);
});

it.each(hookNames)("fails when the hook of %s does, and rolls back unless nothing had begun", async (event) => {
  const { cloud, deploy, info, target, untilOver } = await setUp(withHooks({ check: node("console.error('the page is empty'); process.exit(3)") }));
  const id = await deploy({ content: content(event) });
  await untilOver();
  const { rollbackInfo, ...failed } = await info(id);
  expect(failed).toMatchObject({ status: "Failed", errorInformation: { code: "HOOK_EXECUTION_FAILURE", message: "The deployment failed because one or more of the lifecycle event validation functions failed." } });
  expect(rollbackInfo?.rollbackDeploymentId !== undefined).toBe(event !== "BeforeInstall");
  expect((await target(id)).lifecycleEvents?.find(({ lifecycleEventName }) => lifecycleEventName === event)).toMatchObject({ status: "Failed", diagnostics: { message: expect.stringContaining("the page is empty") as string } });
  expect(cloud.productionPercent("blue")).toBe(100);
});

it("names the function for which there is nothing to run", async () => {
  const { deploy, target, untilOver } = await setUp();
  const id = await deploy({ content: content("AfterInstall", "smoke") });
  await untilOver();
  expect((await target(id)).lifecycleEvents?.[2]?.diagnostics?.message).toBe("The rehearsal has nothing to run for the hook function smoke: give it a command or a URL under that name in its options.");
});

it("asks an HTTP endpoint, and goes by its status", async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.method === "POST" ? 204 : 500).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const { deploy, info, untilOver } = await setUp(withHooks({ check: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` } }));
  const id = await deploy({ content: content("AfterInstall") });
  await untilOver();
  expect((await info(id)).status).toBe("Succeeded");
});

it.each([
  ["Succeeded", "Succeeded"],
  ["Failed", "Failed"],
] as const)("waits for a hook that answers %s by the API", async (answer, status) => {
  const { client, clock, deploy, info, rehearsal, until, untilOver } = await setUp(withHooks({ check: { ...node(""), answersBy: "callback" } }));
  const id = await deploy({ content: content("AfterAllowTestTraffic") });
  await until(id, "AfterAllowTestTraffic");
  await clock.advance(10 * 60_000);
  expect((await info(id)).status).toBe("InProgress");
  const lifecycleEventHookExecutionId = rehearsal.parts.world.slice(codedeploySlice).deployments[0]?.hook?.executionId;
  const put = async (input: object): Promise<unknown> => client.send(new PutLifecycleEventHookExecutionStatusCommand({ deploymentId: id, lifecycleEventHookExecutionId, status: answer, ...input }));
  await expect(put({ status: "Pending" })).rejects.toMatchObject({ name: "InvalidLifecycleEventHookExecutionStatusException" });
  await expect(put({ lifecycleEventHookExecutionId: "x" })).rejects.toMatchObject({ name: "InvalidLifecycleEventHookExecutionIdException" });
  await put({});
  await expect(put({})).rejects.toMatchObject({ name: "LifecycleEventAlreadyCompletedException" });
  await untilOver();
  expect((await info(id)).status).toBe(status);
});

it("fails when a hook has not answered within an hour", async () => {
  const { deploy, info, untilOver } = await setUp(withHooks({ check: { ...node(""), answersBy: "callback" } }));
  const id = await deploy({ content: content("AfterInstall") });
  await untilOver();
  expect((await info(id)).errorInformation).toEqual({
    code: "TIMEOUT",
    message: "The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one hour after a deployment hook is invoked.",
  });
});
