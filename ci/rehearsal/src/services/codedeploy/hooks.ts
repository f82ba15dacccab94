import { execa } from "execa";
import { balancer } from "../../load-balancer/balancer.ts";
import type { Component, Parts } from "../../parts.ts";
import { address } from "../../server/address.ts";
import { codedeploySlice, hookNames, type HookName } from "./state.ts";

/** What is run here for a Lambda function that an AppSpec names. */
export type HookTarget = {
  /**
   * `result` (the usual): an exit code of 0, or a 2xx, is Succeeded, and anything else Failed. `callback`: it
   * answers by PutLifecycleEventHookExecutionStatus, now or within an hour, as a function does on AWS.
   */
  readonly answersBy?: "result" | "callback";
} & (
  | { readonly command: readonly [string, ...string[]]; readonly cwd?: string; readonly environment?: Readonly<Record<string, string>> }
  | { readonly url: string }
);

/** By the name of the function, without ARN and qualifier. Given by whoever starts the rehearsal. */
export const hookTargets: Component<Readonly<Record<string, HookTarget>>> = { name: "codedeploy-hooks", create: () => ({}) };

/** As a Lambda function gets it. */
export interface HookPayload {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
}

export type HookResult = { readonly answer?: "Succeeded" | "Failed"; readonly diagnostics?: string };

/** Of the machine, not virtual: a function on AWS ends after 15 minutes too. */
const longestMs = 15 * 60_000;

/** Runs it to its end. Without an answer where that comes by the API. */
export async function runHook(parts: Parts, name: string, payload: HookPayload): Promise<HookResult> {
  const target = parts.get(hookTargets)[functionName(name)];
  if (target === undefined) return { answer: "Failed", diagnostics: `The rehearsal has nothing to run for the hook function ${functionName(name)}: give it a command or a URL under that name in its options.` };
  const result = "url" in target ? await post(target.url, payload) : await run(target, payload, await surroundings(parts, payload));
  return target.answersBy === "callback" && result.answer === "Succeeded" ? {} : result;
}

async function run({ command: [file, ...args], cwd, environment }: Extract<HookTarget, { command: unknown }>, payload: HookPayload, around: Readonly<Record<string, string>>): Promise<HookResult> {
  const { failed, shortMessage, stderr } = await execa(file, args, { input: JSON.stringify(payload), reject: false, timeout: longestMs, env: { ...around, ...environment }, ...(cwd === undefined ? {} : { cwd }) });
  return failed ? { answer: "Failed", diagnostics: [shortMessage, lastOf(stderr)].filter((part) => part !== "").join("\n") } : { answer: "Succeeded" };
}

/** What a command cannot know by itself: where this AWS is, and where the deployment's listeners answer on this machine. */
async function surroundings(parts: Parts, { DeploymentId }: HookPayload): Promise<Readonly<Record<string, string>>> {
  const settings = parts.world.slice(codedeploySlice).deployments.find(({ id }) => id === DeploymentId)?.settings;
  const addressOf = async (name: string, listenerArn: string | undefined): Promise<Readonly<Record<string, string>>> => {
    try {
      return listenerArn === undefined ? {} : { [name]: await parts.get(balancer).addressOf(listenerArn) };
    } catch {
      // A listener that is gone, or has no port: there is nothing to say of it.
      return {};
    }
  };
  return { AWS_ENDPOINT_URL: parts.get(address).url, ...(await addressOf("REHEARSAL_TEST_URL", settings?.testListenerArn)), ...(await addressOf("REHEARSAL_PRODUCTION_URL", settings?.prodListenerArn)) };
}

async function post(url: string, payload: HookPayload): Promise<HookResult> {
  try {
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(payload), signal: AbortSignal.timeout(longestMs) });
    const text = await response.text();
    return response.ok ? { answer: "Succeeded" } : { answer: "Failed", diagnostics: `${url} answered ${String(response.status)}: ${lastOf(text)}` };
  } catch (error) {
    return { answer: "Failed", diagnostics: `${url} does not answer: ${error instanceof Error ? error.message : String(error)}` };
  }
}

const lastOf = (text: string): string => text.trim().slice(-2048);

/** `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]`, or the name alone. */
const functionName = (nameOrArn: string): string => /:function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;

export const functionArn = (parts: Parts, nameOrArn: string): string => (nameOrArn.startsWith("arn:") ? nameOrArn : parts.world.arn("lambda", `function:${nameOrArn}`));

/** Says by itself which deployment and event it belongs to. */
export const executionIdOf = (parts: Parts, deploymentId: string, event: HookName): string => Buffer.from(JSON.stringify([deploymentId, event, parts.ids.hex(8)])).toString("base64url");

/** Undefined for what is no execution id. */
export function readExecutionId(id: string): { readonly deploymentId: string; readonly event: HookName } | undefined {
  try {
    const [deploymentId, event] = JSON.parse(Buffer.from(id, "base64url").toString()) as unknown[];
    const name = hookNames.find((candidate) => candidate === event);
    return typeof deploymentId === "string" && name !== undefined ? { deploymentId, event: name } : undefined;
  } catch {
    return undefined;
  }
}
