import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { execa } from "execa";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { AwsRehearsal } from "../../rehearsal/src/aws-rehearsal.ts";
import { VirtualClock } from "../../rehearsal/src/clock/virtual-clock.ts";
import { operatorKey } from "../../rehearsal/src/iam/access-keys.ts";
import { unsignedToken } from "../../rehearsal/src/services/sts/web-identity.ts";
import { World } from "../../rehearsal/src/world/world.ts";
import { fromTerraform } from "../../rehearsal/src/world/from-terraform.ts";
import { claimsOf, dispatch, pullRequest, pushToMain, type GitHubEvent } from "../src/github-event.ts";
import { readWorkflow } from "../src/workflow.ts";
import { scratchFolder } from "../../local/test/support/scratch.ts";
import { root, workflowPath } from "./support/on-github.ts";

/**
 * Both files against each other: what the workflows' jobs show, and what the roles of the
 * synthesised infrastructure take. The rehearsal is the AWS that is asked.
 */

const account = "111122223333";
const roles = ["plan", "release", "apply"] as const;
type Role = (typeof roles)[number];

let stacks: string;
beforeAll(async () => {
  const removals: (() => Promise<void>)[] = [];
  stacks = join(await scratchFolder("cdktf", (remove) => removals.push(remove)), "cdktf.out");
  await execa(process.execPath, [join(root, "cdktf/src/main.ts"), "--out", stacks]);
  return async () => {
    await Promise.all(removals.map(async (remove) => remove()));
  };
});

/** The roles that take a token with these claims. */
async function takenOn(...tokens: readonly Readonly<Record<string, string>>[]): Promise<Role[][]> {
  const clock = new VirtualClock(Date.UTC(2026, 10, 24));
  const rehearsal = await new AwsRehearsal({ clock, world: new World({ account, region: "eu-west-1" }) }).start();
  onTestFinished(async () => rehearsal.stop());
  await fromTerraform(stacks, rehearsal.parts, { stacks: ["account-lab"] });
  const sts = new STSClient({ endpoint: rehearsal.url, region: "eu-west-1", credentials: operatorKey, maxAttempts: 1 });
  const isTaken = async (role: Role, claims: Readonly<Record<string, string>>): Promise<boolean> => {
    const WebIdentityToken = unsignedToken({ iss: "", aud: "", sub: "", ...claims, exp: Math.floor(clock.now() / 1000) + 300 });
    return sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn: `arn:aws:iam::${account}:role/notes-${role}`, RoleSessionName: "job", WebIdentityToken })).then(() => true, (error: unknown) => {
      if (error instanceof Error && (error.name === "AccessDenied" || error.name === "InvalidIdentityTokenException")) return false;
      throw error;
    });
  };
  return Promise.all(tokens.map(async (claims) => {
    const taken = await Promise.all(roles.map(async (role) => isTaken(role, claims)));
    return roles.filter((_, index) => taken[index]);
  }));
}

/** A job of a workflow as it stands in its file, and when it is started. */
function claims(workflow: string, job: string, event: GitHubEvent, more: { readonly ids?: readonly [number, number] } = {}): Record<string, string> {
  const found = readWorkflow(workflowPath(workflow)).jobs[job];
  if (found === undefined) throw new Error(`${workflow} has no job ${job}`);
  return claimsOf(event, { workflow, environment: found.environment, ...more });
}

const status = dispatch({ action: "status" });
const asked: readonly (readonly [workflow: string, job: string, event: GitHubEvent, role: Role])[] = [
  ["pipeline.yml", "plan", pullRequest, "plan"],
  ["pipeline.yml", "release", pushToMain, "release"],
  ["operate.yml", "release", status, "release"],
  ["operate.yml", "apply", dispatch({ action: "apply" }), "apply"],
];

describe("a job's token is taken by the role that the job asks for, and by no other:", () => {
  it.each(asked)("%s, job %s", async (workflow, job, event, role) => {
    const step = readWorkflow(workflowPath(workflow)).jobs[job]?.steps.find(({ uses }) => uses === "./ci/github");
    expect(step?.with["role"]).toContain(`vars.AWS_${role.toUpperCase()}_ROLE }}`);
    // Of repositories that were made before July 2026, and of those since.
    expect(await takenOn(claims(workflow, job, event), claims(workflow, job, event, { ids: [1, 2] }))).toEqual([[role], [role]]);
  });

  it("and these are all jobs that may have one", () => {
    const jobs = ["operate.yml", "pipeline.yml"].flatMap((name) => Object.entries(readWorkflow(workflowPath(name)).jobs).flatMap(([job, { permissions }]) => (permissions["id-token"] === "write" ? [`${name} ${job}`] : [])));
    expect(jobs.toSorted()).toEqual(asked.map(([workflow, job]) => `${workflow} ${job}`).toSorted());
  });
});

describe("no role takes the token of", () => {
  const release = (): Record<string, string> => claims("pipeline.yml", "release", pushToMain);
  const on = (ref: string): GitHubEvent => ({ ...pushToMain, ref });
  it.each<[string, () => Record<string, string>]>([
    ["another branch", () => claims("pipeline.yml", "release", on("refs/heads/feature"))],
    ["a tag", () => claims("operate.yml", "release", on("refs/tags/v1"))],
    ["a tag that is called as the branch is", () => claims("operate.yml", "release", on("refs/tags/main"))],
    ["the approved job on another branch", () => claims("operate.yml", "apply", on("refs/heads/feature"))],
    ["another workflow file on main", () => ({ ...release(), job_workflow_ref: "notes/notes/.github/workflows/other.yml@refs/heads/main" })],
    ["the workflow of another branch, called from main", () => ({ ...release(), job_workflow_ref: "notes/notes/.github/workflows/pipeline.yml@refs/heads/feature" })],
    ["a pull request in another workflow file", () => ({ ...claims("pipeline.yml", "plan", pullRequest), job_workflow_ref: "notes/notes/.github/workflows/other.yml@refs/pull/7/merge" })],
    ["another repository", () => ({ ...release(), repository: "stranger/notes", sub: "repo:stranger/notes:ref:refs/heads/main", job_workflow_ref: "stranger/notes/.github/workflows/pipeline.yml@refs/heads/main" })],
    ["another repository that calls this one's workflow", () => ({ ...release(), repository: "stranger/notes", sub: "repo:stranger/notes:ref:refs/heads/main" })],
    ["another repository whose subject only looks like this one's", () => ({ ...release(), repository: "notes/notes@2:x", sub: "repo:notes@1/notes@2:x@3:ref:refs/heads/main" })],
    ["another environment", () => ({ ...claims("operate.yml", "apply", status), environment: "lab", sub: "repo:notes/notes:environment:lab" })],
    ["another audience", () => ({ ...release(), aud: "https://github.com/notes" })],
    ["another issuer", () => ({ ...release(), iss: "https://gitlab.com" })],
    ["a job whose token lacks the claim of its workflow", () => withoutClaim(release(), "job_workflow_ref")],
    ["a job whose token lacks the claim of its repository", () => withoutClaim(release(), "repository")],
  ])("%s", async (_, token) => {
    expect(await takenOn(token())).toEqual([[]]);
  });
});

const withoutClaim = (given: Readonly<Record<string, string>>, name: string): Record<string, string> => Object.fromEntries(Object.entries(given).filter(([claim]) => claim !== name));
