import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { settingsJsonSchema } from "../../src/settings/json-schema.ts";
import { SettingsError } from "../../src/settings/settings-error.ts";
import { synth } from "../../src/synth.ts";

const home = join(import.meta.dirname, "../..");
const gitops = { project: "notes", services: { backend: {} }, release: { container: "proxy", port: 8080 } };
const account = { id: "111122223333", monthlyBudgetUsd: 100 };
const fileOf = (environment: object = {}, more: object = {}) => ({ accounts: { lab: account }, environments: { lab: { account: "lab", ...environment } }, ...more });

/** A folder with these files, where an earlier synth has left something. */
function folderWith(settings: unknown, application: unknown): { readonly folder: string; readonly files: { readonly settings: string; readonly gitops: string; readonly out: string } } {
  const folder = mkdtempSync(join(tmpdir(), "settings-"));
  onTestFinished(() => { rmSync(folder, { recursive: true }); });
  const write = (name: string, content: unknown): string => {
    const path = join(folder, name);
    if (content !== null) writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  mkdirSync(join(folder, "cdktf.out"));
  write("cdktf.out/earlier.json", "{}");
  return { folder, files: { settings: write("infrastructure.json", settings), gitops: write("gitops.json", application), out: join(folder, "cdktf.out") } };
}

/** What lies where the stacks would be, and beside it. */
const leftIn = (folder: string): string[] => [...readdirSync(folder).filter((name) => !name.endsWith(".json")), ...readdirSync(join(folder, "cdktf.out"))];

function refusalOf(settings: unknown, application: unknown = gitops): { readonly says: string; readonly left: readonly string[] } {
  const { folder, files } = folderWith(settings, application);
  try {
    synth(files);
  } catch (error) {
    if (error instanceof SettingsError) return { says: error.message.replaceAll(`${folder}/`, ""), left: leftIn(folder) };
    throw error;
  }
  return { says: "nothing", left: leftIn(folder) };
}

describe("bad input", () => {
  it.each<[what: string, settings: unknown, application: unknown, says: string]>([
    ["no file", null, gitops, "infrastructure.json cannot be used; nothing was written.\n  It cannot be read: "],
    ["no JSON", "{", gitops, "It is not JSON"],
    ["a setting that there is not", fileOf({ color: "blue" }), gitops, "environments.lab: has no setting color"],
    ["an account that there is not", fileOf({ account: "prod" }), gitops, "environments.lab.account: is prod, which is none of accounts; there are: lab"],
    ["no account at all", { accounts: {}, environments: { lab: { account: "lab" } } }, gitops, "accounts: must name at least one account"],
    ["no accounts", { environments: { lab: { account: "lab" } } }, gitops, "accounts: "],
    ["an account's id of eleven digits", { ...fileOf(), accounts: { lab: { ...account, id: "11112222333" } } }, gitops, "accounts.lab.id: must be an AWS account's twelve digits"],
    ["two environments in one place", { ...fileOf(), environments: { one: { account: "lab" }, two: { account: "lab" } } }, gitops, "environments.two.prefix: is notes, as that of environments.one in the same account and region; another one would do, such as notes-two"],
    ["two tasks with a database each", fileOf({ desiredCount: 2 }), gitops, 'environments.lab.desiredCount: is 2 with database sidecar, where each task would have data of its own; one task, or "database": "external", would do'],
    ["autoscaling to fewer tasks than there are", fileOf({ database: "external", desiredCount: 4, autoscaling: { most: 2 } }), gitops, "environments.lab.autoscaling.most: is 2, which is less than the 4 tasks of desiredCount; 4 or more would do"],
    ["a range too small for the zones", fileOf({ network: { cidr: "10.20.0.0/26" } }), gitops, "environments.lab.network.cidr: is 10.20.0.0/26, which leaves a /29 for each of the 6 subnets of 3 zones, and a load balancer needs a /27: a /24 or a wider range would do"],
    ["a range that is none", fileOf({ network: { cidr: "10.20.0.1/16" } }), gitops, "environments.lab.network.cidr: is 10.20.0.1/16, which is no range"],
    ["a range with a number too large", fileOf({ network: { cidr: "10.256.0.0/16" } }), gitops, "environments.lab.network.cidr: is 10.256.0.0/16, which is no range"],
    ["a range that AWS does not take", fileOf({ network: { cidr: "10.0.0.0/8" } }), gitops, "environments.lab.network.cidr: is 10.0.0.0/8, and AWS takes a VPC from /16 to /28"],
    ["a test listener for everybody", fileOf({ network: { testListenerFrom: ["0.0.0.0/0"] } }), gitops, "environments.lab.network.testListenerFrom.0: is 0.0.0.0/0, which is everybody"],
    ["production in the default VPC", fileOf({ preset: "production", network: { defaultVpc: true } }), gitops, "environments.lab.network.defaultVpc: is true, and production's tasks have no public address"],
    ["an external database that nobody could prepare", fileOf({ database: "external", network: { egress: "endpoints" } }), gitops, "environments.lab.network.egress: is endpoints with database external, whose users are made by a task with an image of the internet"],
    ["another region's certificate", fileOf({ certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/one" }), gitops, "the load balancer is in eu-west-1 of 111122223333"],
    ["a deployment configuration that AWS does not have", fileOf({ deployment: { config: "CodeDeployDefault.OneAtATime" } }), gitops, "environments.lab.deployment.config: is CodeDeployDefault.OneAtATime, which AWS does not have for ECS; there are: CodeDeployDefault.ECSLinear10PercentEvery1Minutes"],
    ["one of our own under AWS's name", fileOf({ deployment: { custom: { type: "canary", percent: 5, minutes: 5 } } }), gitops, "which AWS keeps for itself, and deployment.custom is given; a name of your own would do"],
    ["a shift of three days", fileOf({ deployment: { config: "slow", custom: { type: "linear", percent: 1, minutes: 60 } } }), gitops, "which makes 5940 minutes in steps of 1 %, and CodeDeploy takes 2880"],
    ["a prefix too long", fileOf({ prefix: "n".repeat(21) }), gitops, "environments.lab.prefix: must be 1 to 20 lower-case letters"],
    ["no gitops.json", fileOf(), null, "gitops.json cannot be used; nothing was written."],
    ["a gitops.json without a release", fileOf(), { project: "notes", services: {} }, "gitops.json cannot be used; nothing was written.\n  release: "],
  ])("refuses %s, and leaves what was there", (_what, settings, application, says) => {
    expect(refusalOf(settings, application)).toEqual({ says: expect.stringContaining(says) as string, left: ["cdktf.out", "earlier.json"] });
  });

  it("tells all problems at once", () => {
    const { says } = refusalOf(fileOf({ desiredCount: 2, network: { cidr: "10.20.0.0/26" } }));
    expect(says.split("\n").filter((line) => line.startsWith("  "))).toHaveLength(2);
  });

  it.each([
    ["settings that contradict each other", [], "environments.lab.desiredCount: is 2"],
    ["an option that there is not", ["--stack", "lab"], "--stack"],
  ])("ends npm run synth with 2, for %s", (_what, args, says) => {
    const { folder, files } = folderWith(fileOf({ desiredCount: 2 }), gitops);
    const { status, stderr } = spawnSync(process.execPath, [join(home, "src/main.ts"), "--settings", files.settings, "--gitops", files.gitops, "--out", files.out, ...args], { encoding: "utf8" });
    expect({ status, stderr, left: leftIn(folder) }).toEqual({ status: 2, stderr: expect.stringContaining(says) as string, left: ["cdktf.out", "earlier.json"] });
  });
});

it("has a JSON schema for editors that is what the settings are", () => {
  expect(readFileSync(join(home, "infrastructure.schema.json"), "utf8")).toBe(settingsJsonSchema());
});

it("is written in one go: the same bytes whoever writes it, wherever they stand", () => {
  const folder = mkdtempSync(join(tmpdir(), "synth-"));
  onTestFinished(() => { rmSync(folder, { recursive: true }); });
  const filesIn = (name: string, cwd: string): Record<string, string> => {
    const out = join(folder, name);
    execFileSync(process.execPath, [join(home, "src/main.ts"), "--out", out], { cwd });
    return Object.fromEntries(readdirSync(out, { recursive: true, encoding: "utf8" }).toSorted().flatMap((path) => (path.endsWith(".json") ? [[path, readFileSync(join(out, path), "utf8")]] : [])));
  };
  const first = filesIn("one", home);
  expect(filesIn("two", folder)).toEqual(first);
  expect(Object.keys(first).filter((path) => path.endsWith("cdk.tf.json")).length).toBeGreaterThan(3);
  expect(existsSync(join(folder, "one", "earlier.json"))).toBe(false);
});
