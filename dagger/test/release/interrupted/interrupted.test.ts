import { expect, it } from "vitest";
import type { AwsClients } from "../../../src/release/aws/clients.ts";
import { createDeployment } from "../../../src/release/create-deployment.ts";
import { promote } from "../../../src/release/promote.ts";
import { stopDeployment } from "../../../src/release/rollback/acts.ts";
import { setUp, virtualReleaseClock } from "../watch/setting.ts";

/** Ctrl-C while AWS is asked to do something: it may have been done all the same. */
const taskDefinitionArn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/notes-task:7";

it.each([
  ["a deployment was to begin", "CreateDeployment", "Interrupted when a deployment of notes-task:7 was to begin: it is not known whether one runs, and traffic may move."],
  ["one was to be stopped", "StopDeployment", /^Interrupted when deployment d-\w+ was to be stopped: it is not known whether it was, and traffic may move\.$/],
  ["a wait was to end", "ContinueDeployment", /^Interrupted when deployment d-\w+ was to leave its wait: it is not known whether it still waits, and traffic may move\.$/],
])("says so when %s", async (_what, command, happened) => {
  const { clients, clock, deploy, events, names, record } = await setUp();
  const { deploymentId } = await deploy("1".repeat(40));
  if (command === "ContinueDeployment") await clock.runUntil(() => record(deploymentId).stage === "TerminationWait");
  const stop = new AbortController();
  const codedeploy = await clients.codedeploy();
  codedeploy.middlewareStack.add((next, context) => async (args) => {
    if ("commandName" in context && context["commandName"] !== `${command}Command`) return next(args);
    await next(args).catch(() => undefined);
    stop.abort();
    throw Object.assign(new Error("Request aborted"), { name: "AbortError" });
  }, { step: "initialize" });
  const options = { clients: { ...clients, codedeploy: async () => Promise.resolve(codedeploy) } as AwsClients, emit: () => undefined, signal: stop.signal };
  const acts: Record<string, () => Promise<unknown>> = {
    CreateDeployment: async () => createDeployment({ names, taskDefinitionArn, appSpec: { content: "{}", sha256: "" }, description: "release", state: "Nothing." }, options),
    StopDeployment: async () => stopDeployment(options, deploymentId),
    ContinueDeployment: async () => promote({ ...options, names, clock: virtualReleaseClock(clock) }),
  };
  const failure: unknown = await acts[command]?.().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "LOST_SIGHT", exitCode: 3, happened: typeof happened === "string" ? happened : (expect.stringMatching(happened) as string), next: expect.stringMatching(/^Look with `status`; /) as string });
  expect(events).toEqual([]);
});
