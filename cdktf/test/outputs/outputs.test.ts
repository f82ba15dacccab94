import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { gitopsOverlay, githubVariables } from "../../src/outputs/destinations.ts";
import { readStacks } from "../../src/rules/stack-document.ts";
import { loadSettings } from "../../src/settings/load.ts";
import { synth } from "../../src/synth.ts";

const home = join(import.meta.dirname, "../..");
const files = { settings: join(home, "infrastructure.json"), gitops: join(home, "../gitops.json") };
const roleSchema = z.object({ name: z.string() });

function synthesised() {
  const folder = mkdtempSync(join(tmpdir(), "outputs-"));
  onTestFinished(() => { rmSync(folder, { recursive: true }); });
  return { settings: synth({ ...files, out: join(folder, "cdktf.out") }), stacks: readStacks(join(folder, "cdktf.out")) };
}

it("are more than fifty of an account and its environment, each described, none without a value", () => {
  const { stacks } = synthesised();
  const outputs = stacks.filter(({ name }) => name.endsWith("production")).flatMap(({ outputs: named }) => Object.entries(named));
  expect(outputs.length).toBeGreaterThanOrEqual(50);
  for (const [name, { value, description }] of outputs) expect([name, value === undefined, typeof description]).toEqual([name, false, "string"]);
});

it("bring to GitHub the roles that there are", () => {
  const { settings, stacks } = synthesised();
  for (const environment of settings.environments) {
    const roles = stacks.find(({ name }) => name === `account-${environment.accountKey}`)?.blocks.filter(({ type }) => type === "aws_iam_role").map(({ body }) => roleSchema.parse(body).name);
    const { AWS_PLAN_ROLE, AWS_RELEASE_ROLE, AWS_APPLY_ROLE, AWS_ACCOUNT_ID } = githubVariables(environment);
    expect(roles).toEqual(expect.arrayContaining([AWS_PLAN_ROLE, AWS_RELEASE_ROLE, AWS_APPLY_ROLE]));
    expect(AWS_ACCOUNT_ID).toBe(environment.account.id);
  }
});

it("are written for the pipeline as they are now: npm run outputs -- --environment production --gitops-file", () => {
  const production = loadSettings(files).environments.find(({ key }) => key === "production");
  expect(production).toBeDefined();
  if (production !== undefined) expect(JSON.parse(readFileSync(join(home, "../.gitops/environments/production.json"), "utf8"))).toEqual(gitopsOverlay(production));
});

it.each([
  [["--github", "notes/notes", "--dry-run"], 0, "would set AWS_RELEASE_ROLE=notes-release in notes/notes"],
  [["--environment", "nowhere", "--gitops-file"], 2, "there is no nowhere; there are: lab, production"],
  [["--jenkins"], 2, "accounts.production.jenkins of infrastructure.json is not there"],
  [["--github", "notes"], 2, "--github: is notes, and must be owner/repository"],
  [[], 2, "Say where to"],
])("end %j with %i, and say so", (args, exitCode, says) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(home, "src/outputs/main.ts"), ...args], { encoding: "utf8", env: { ...process.env, PATH: "/nowhere" } });
  expect({ status, said: stdout + stderr }).toEqual({ status: exitCode, said: expect.stringContaining(says) as string });
});
