import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { rehearsalOperator, type AwsClients } from "../../../src/release/aws/clients.ts";
import { troubleOf } from "../../../src/release/watch/trouble.ts";
import { never, setUp, told, virtualReleaseClock, type Setting } from "./setting.ts";

const commit = "3".repeat(40);

/** Clients that try once, so that all trouble is for the watcher to get over. */
function oneTry({ clients, rehearsal }: Setting): AwsClients {
  const settings = { region: "eu-west-1", endpoint: rehearsal.url, credentials: rehearsalOperator, maxAttempts: 1 };
  const once = <Client>(client: Client) => async (): Promise<Client> => Promise.resolve(client);
  return {
    ...clients,
    cloudwatch: once(new CloudWatchClient(settings)),
    codedeploy: once(new CodeDeployClient(settings)),
    ecs: once(new ECSClient(settings)),
    elb: once(new ElasticLoadBalancingV2Client(settings)),
  };
}

it("follows to the end with a third of all calls throttled", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  setting.inject({ kind: "throttle", share: 0.3 });
  const outcome = await setting.watch(deploymentId, { clients: oneTry(setting) });
  expect(outcome.kind).toBe("released");
  expect(told(setting.events).filter((line) => line.startsWith("traffic"))).toHaveLength(10);
});

it.each([
  ["errors of AWS's own", { kind: "api-error", how: "500", share: 0.3 }],
  ["connections that are cut", { kind: "api-error", how: "hang-up", share: 0.3 }],
  ["throttling", { kind: "throttle", share: 0.3, service: "codedeploy" }],
])("gets over %s by itself, and tells of them", async (_what, fault) => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  const clients = oneTry(setting);
  setting.inject({ ...fault, service: "codedeploy" });
  const outcome = await setting.watch(deploymentId, { clients });
  expect(outcome.kind).toBe("released");
  expect(told(setting.events)).toContain("trouble");
});

it("loses sight after its limit, with exit code 3, and says how to take it up again", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  const clients = oneTry(setting);
  setting.inject({ kind: "api-error", how: "hang-up", service: "codedeploy", when: { afterMs: 60_000 } });
  const startedMs = setting.clock.now();
  const failure: unknown = await setting.watch(deploymentId, { clients, lostAfterMs: 120_000 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "LOST_SIGHT", exitCode: 3, happened: expect.stringContaining(`Deployment ${deploymentId} can no longer be seen`) as string, next: expect.stringContaining("`status --follow`") as string });
  expect(setting.clock.now() - startedMs).toBeGreaterThanOrEqual(180_000);
  expect(setting.events.filter((event) => event.kind === "trouble").length).toBeGreaterThan(5);
});

it("asks for credentials again when they have expired", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  const good = await setting.clients.codedeploy();
  const expired = Object.assign(new Error("The security token included in the request is expired"), { name: "ExpiredTokenException" });
  let calls = 0;
  const stale: AwsClients = {
    ...setting.clients,
    codedeploy: async () => {
      calls += 1;
      return calls > 8 ? Promise.reject(expired) : Promise.resolve(good);
    },
  };
  let renewed = 0;
  const outcome = await setting.watch(deploymentId, {
    clients: stale,
    renew: async () => {
      renewed += 1;
      return Promise.resolve(setting.clients);
    },
  });
  expect([outcome.kind, renewed]).toEqual(["released", 1]);
  expect(setting.events.find((event) => event.kind === "trouble")).toMatchObject({ what: expect.stringContaining("ExpiredTokenException") as string });
});

it("says that credentials have expired when nobody renews them", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  const stale: AwsClients = { ...setting.clients, codedeploy: async () => Promise.reject(Object.assign(new Error("expired"), { name: "ExpiredTokenException" })) };
  await expect(setting.watch(deploymentId, { clients: stale, lostAfterMs: 60_000 })).rejects.toMatchObject({ code: "LOST_SIGHT", next: expect.stringContaining("Get new credentials.") as string });
});

it("ends as unknown, with exit code 3, when the listener cannot be read at the end", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  const elb = Object.assign(new Error("not authorized to perform: elasticloadbalancing:DescribeListeners"), { name: "AccessDenied" });
  const outcome = await setting.watch(deploymentId, { clients: { ...setting.clients, elb: async () => Promise.reject(elb) } });
  expect(outcome).toMatchObject({ kind: "unknown", deploymentStatus: "Succeeded" });
  expect(setting.events.filter((event) => event.kind === "trouble")).toEqual([expect.objectContaining({ what: expect.stringContaining("elasticloadbalancing:DescribeListeners") as string })]);
});

it("refuses a deployment that there is not", async () => {
  const { watch } = await setUp();
  await expect(watch("d-NOTTHERE1")).rejects.toMatchObject({ code: "NOT_POSSIBLE_NOW" });
});

it("is interrupted while it waits, and says that the deployment goes on", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  const abort = new AbortController();
  const clock = virtualReleaseClock(setting.clock);
  const stopped = setting.watch(deploymentId, { signal: abort.signal, clock: { ...clock, sleep: async (ms, signal) => {
    if (setting.events.some((event) => event.kind === "traffic")) abort.abort();
    await clock.sleep(ms, signal);
  } } });
  await expect(stopped).rejects.toMatchObject({ code: "LOST_SIGHT", exitCode: 3, happened: expect.stringContaining(`deployment ${deploymentId} goes on by itself`) as string });
  expect(never.aborted).toBe(false);
});

it.each([
  ["ThrottlingException", {}, "passing"],
  ["InternalFailure", {}, "passing"],
  ["Error", { message: "socket hang up" }, "passing"],
  ["Error", { code: "ECONNREFUSED" }, "passing"],
  ["TimeoutError", {}, "passing"],
  ["AnythingElse", { $metadata: { httpStatusCode: 503 } }, "passing"],
  ["ExpiredTokenException", {}, "expired"],
  ["CredentialsProviderError", {}, "expired"],
  ["AccessDeniedException", {}, "denied"],
  ["DeploymentDoesNotExistException", {}, "gone"],
  ["ZodError", { message: "expected string" }, "other"],
])("takes %s %o for %s", (name, over, trouble) => {
  expect(troubleOf(Object.assign(new Error(""), { name, ...over }))).toBe(trouble);
});
