import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { holds, fill, type Value } from "../../src/expression.ts";
import { claimsOf, githubContext, isFork, payload, repository, type GitHubEvent } from "../../src/github-event.ts";
import { runJob, type Ran } from "../../src/runner.ts";
import { programIn, runnerPrograms } from "../../src/tools.ts";
import { readWorkflow } from "../../src/workflow.ts";
import { git, scratchFolder, scratchRepository, type Files } from "../../../local/test/support/scratch.ts";

/** A job of one of the workflows, as an event starts it: with a stand-in for `dagger`, for `gh` and for GitHub's token. */

export const root = join(import.meta.dirname, "../../../..");
export const workflowPath = (name: string): string => join(root, ".github/workflows", name);

const wholeVariables = { AWS_ACCOUNT_ID: "111122223333", AWS_REGION: "eu-west-1", AWS_PLAN_ROLE: "notes-plan", AWS_RELEASE_ROLE: "notes-release", AWS_APPLY_ROLE: "notes-apply" };
const wholeSecrets = { SONAR_TOKEN: "sonar-secret", SLACK_WEBHOOK_URL: "slack-secret" };

export interface Given {
  readonly workflow: "pipeline.yml" | "operate.yml";
  readonly job: string;
  readonly event: GitHubEvent;
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Path -> content of what the module answers with: exit-code, stdout, stderr, out/…; by its own command line when absent. */
  readonly answers?: Files;
  readonly files?: Files;
  /** What is done with the checkout before the job. */
  readonly checkout?: (workspace: string) => Promise<unknown>;
  /** Another folder than a new one, for a job that follows one. */
  readonly artefacts?: string;
  readonly comments?: readonly { readonly id: number; readonly login: string; readonly body: string }[];
  /** Permissions other than the job's. */
  readonly permissions?: Readonly<Record<string, string>>;
}

const callSchema = z.strictObject({ argv: z.array(z.string()), visible: z.array(z.string()), token: z.string().nullable(), engine: z.string().nullable() });

export interface OnGitHub extends Ran {
  /** False when the job's own condition kept it from beginning. */
  readonly began: boolean;
  readonly calls: readonly z.infer<typeof callSchema>[];
  readonly gh: readonly string[];
  readonly artefacts: string;
  readonly workspace: string;
}

const nothing: Ran = { failed: false, summary: "", log: "", used: [] };

export async function onGitHub(given: Given): Promise<OnGitHub> {
  await runnerPrograms();
  const workflow = readWorkflow(workflowPath(given.workflow));
  const job = workflow.jobs[given.job];
  if (job === undefined) throw new Error(`${given.workflow} has no job ${given.job}.`);
  const temp = await scratchFolder("runner");
  const artefacts = given.artefacts ?? (await scratchFolder("artefacts"));
  const workspace = await scratchRepository({ ".gitignore": "out/\n", ...given.files }, "workspace");
  await cp(join(root, "ci/github"), join(workspace, "ci/github"), { recursive: true });
  await git(workspace, "add", "--all");
  await git(workspace, "commit", "--quiet", "--message", "The wrapper");
  await given.checkout?.(workspace);
  const fork = isFork(given.event);
  const contexts: Record<string, Value> = {
    github: githubContext(given.event, given.job, "0123456789abcdef0123456789abcdef01234567"),
    vars: given.vars ?? wholeVariables,
    secrets: fork ? {} : (given.secrets ?? wholeSecrets),
    inputs: given.event.inputs ?? {},
    needs: {},
  };
  const status = { failed: false };
  if (!holds(job.if, contexts, status)) return { ...nothing, began: false, calls: [], gh: [], artefacts, workspace };
  const permissions = fork ? {} : (given.permissions ?? job.permissions);
  const token = permissions["id-token"] === "write" ? await tokenServer(claimsOf(given.event, { workflow: given.workflow, environment: job.environment })) : {};
  const [log, ghLog, event] = [join(temp, "calls"), join(temp, "gh"), join(temp, "event.json")];
  await Promise.all([writeFile(log, ""), writeFile(ghLog, ""), writeFile(event, JSON.stringify(payload(given.event)))]);
  const bin = join(temp, "bin");
  await shims(bin, { comments: given.comments ?? [], ghLog, temp });
  const ran = await runJob({
    job: { ...job, steps: job.steps.map((step) => ({ ...step })) },
    jobId: given.job,
    contexts,
    workspace,
    temp,
    artefacts,
    env: {
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      HOME: process.env["HOME"] ?? "/root",
      ...(process.env["CONTAINERS_CONF"] === undefined ? {} : { CONTAINERS_CONF: process.env["CONTAINERS_CONF"] }),
      ...(process.env["XDG_CACHE_HOME"] === undefined ? {} : { XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] }),
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR: "ada",
      GITHUB_EVENT_NAME: given.event.name,
      GITHUB_EVENT_PATH: event,
      GITHUB_REF: given.event.ref,
      GITHUB_REF_NAME: given.event.ref.replace(/^refs\/(heads|tags)\//, ""),
      GITHUB_REF_TYPE: given.event.ref.startsWith("refs/tags/") ? "tag" : "branch",
      GITHUB_REPOSITORY: repository,
      GITHUB_RUN_ID: "42",
      GITHUB_SERVER_URL: "https://github.com",
      SHIM_LOG: log,
      ...(given.answers === undefined ? { SHIM_MAIN: join(root, "ci/local/src/main.ts") } : { SHIM_ANSWERS: await answersIn(temp, given.answers) }),
      ...token,
    },
  });
  const calls = (await readFile(log, "utf8")).split("\n").filter((line) => line !== "").map((line) => callSchema.parse(JSON.parse(line)));
  return { ...ran, began: true, calls, gh: (await readFile(ghLog, "utf8")).split("\n").filter((line) => line !== ""), artefacts, workspace };
}

/** Whether a job's condition holds, and what its workflow's concurrency says. */
export function concurrencyOf(name: Given["workflow"], event: GitHubEvent): { readonly group: string; readonly cancels: boolean } {
  const { concurrency } = readWorkflow(workflowPath(name));
  const contexts = { github: githubContext(event, "", ""), inputs: event.inputs ?? {} };
  return { group: fill(concurrency.group, contexts, { failed: false }), cancels: fill(String(concurrency["cancel-in-progress"]), contexts, { failed: false }) === "true" };
}

async function answersIn(temp: string, files: Files): Promise<string> {
  const folder = join(temp, "answers");
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    if (typeof content === "string") await writeFile(join(folder, path), content);
  }
  return folder;
}

/** GitHub answers a comment's list as the filter that it is asked by; jq does the same here. */
async function shims(bin: string, { comments, ghLog, temp }: { comments: NonNullable<Given["comments"]>; ghLog: string; temp: string }): Promise<void> {
  const list = join(temp, "comments.json");
  await writeFile(list, JSON.stringify(comments.map(({ id, login, body }) => ({ id, user: { login }, body }))));
  await programIn(bin, "dagger", `#!/bin/sh\nexec '${process.execPath}' '${join(root, "ci/wrappers/src/dagger-shim.ts")}' "$@"\n`);
  await programIn(bin, "gh", `#!/bin/bash\nprintf '%s\\n' "$*" >>'${ghLog}'\nwhile (($#)); do case $1 in --jq) jq -r "$2" '${list}';; --input) jq -c . "$2" >>'${ghLog}';; esac; shift; done\n`);
}

const requestToken = "request-token";

/** Gives its claims, unsigned, to whoever shows the request's token. */
async function tokenServer(claims: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    const isAsked = request.headers.authorization === `bearer ${requestToken}` && searchParams.get("audience") === claims["aud"];
    response.statusCode = isAsked ? 200 : 401;
    response.end(JSON.stringify(isAsked ? { value: Buffer.from(JSON.stringify(claims)).toString("base64url") } : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => { server.close(); });
  return { ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?x=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken };
}
