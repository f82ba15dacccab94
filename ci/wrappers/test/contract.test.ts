import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { readDaggerCall } from "../src/dagger-call.ts";
import { readModuleFunctions } from "../src/module-functions.ts";
import { actionlint, shellcheckProgram } from "../src/tools.ts";
import { readAction, readWorkflow, workflowSchema, type WorkflowStep } from "../src/workflow.ts";
import { nameFaults, shellFaults, tooLong } from "../src/wrapper-faults.ts";
import { scratchRepository } from "../../local/test/support/scratch.ts";
import { root, workflowPath } from "./support/on-github.ts";

/** What the wrappers are, whatever they do. github.test.ts checks every call that they really make. */

const workflows = readdirSync(join(root, ".github/workflows")).toSorted();
const action = readAction(join(root, "ci/github/action.yml"));
const module = readModuleFunctions();
const text = (path: string): string => readFileSync(path, "utf8");
const steps = (name: string): WorkflowStep[] => Object.values(readWorkflow(workflowPath(name)).jobs).flatMap((job) => job.steps);
const usedActions = (yaml: string): string[] => yaml.split("\n").filter((line) => /^\s*(- )?uses:/.test(line) && !line.includes("./"));

describe("each workflow", () => {
  it.each(workflows)("%s has at most 60 lines", (name) => {
    expect(tooLong(text(workflowPath(name)), 60)).toEqual([]);
  });

  it.each(workflows)("%s decides nothing in shell, and names no tool", (name) => {
    const shells = steps(name).flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(shells.flatMap(shellFaults)).toEqual([]);
    expect(nameFaults(text(workflowPath(name)))).toEqual([]);
    for (const shell of shells) expect(shell).toMatch(/^(dagger call |ci\/github\/\w+\.sh )[^\n]*$/);
  });

  it.each(workflows)("%s has conditions on jobs, and on steps only that they are always done", (name) => {
    expect([...steps(name), ...action.runs.steps].flatMap((step) => (step.if === undefined || step.if === "always()" ? [] : [step.if]))).toEqual([]);
  });

  it.each(workflows)("%s gives no permission to the whole, and each job what it needs", (name) => {
    const { jobs, permissions } = readWorkflow(workflowPath(name));
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) expect(job.permissions["contents"]).toBe("read");
  });

  it.each(workflows)("%s fetches the whole history wherever something is judged or released, and leaves no token behind", (name) => {
    for (const job of Object.values(readWorkflow(workflowPath(name)).jobs)) {
      const [checkout] = job.steps;
      expect(checkout?.with["persist-credentials"]).toBe(false);
      if (job.steps.some(({ uses }) => uses === "./ci/github")) expect(checkout?.with["fetch-depth"]).toBe(0);
    }
  });

  it.each([...workflows.map(workflowPath), join(root, "ci/github/action.yml")])("%s pins every action of others by its commit, with its version", (path) => {
    for (const line of usedActions(text(path))) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+(; read from the tags of [\w-]+\/[\w-]+)?$/);
  });

  it("names where each action's commit was read, and one commit for each action", () => {
    const lines = [...workflows.map(workflowPath), join(root, "ci/github/action.yml")].flatMap((path) => usedActions(text(path)));
    const commits = Map.groupBy(lines, (line) => /uses: ([\w-]+\/[\w-]+)/.exec(line)?.[1] ?? "");
    for (const [name, uses] of commits) {
      expect([name, new Set(uses.map((line) => /@(\S+ # v[\d.]+)/.exec(line)?.[1])).size]).toEqual([name, 1]);
      expect([name, uses.some((line) => line.endsWith(`read from the tags of ${name}`))]).toEqual([name, true]);
    }
    expect([...commits.keys()].toSorted()).toEqual(["actions/checkout", "actions/download-artifact", "actions/upload-artifact", "github/codeql-action"]);
  });
});

describe("a pull request's gates", () => {
  it("have no permission but to read, and no role; only jobs with a role have a token", () => {
    const { jobs } = readWorkflow(workflowPath("pipeline.yml"));
    expect(jobs["gates"]?.permissions).toEqual({ contents: "read" });
    for (const job of [...Object.values(jobs), ...Object.values(readWorkflow(workflowPath("operate.yml")).jobs)]) {
      expect(job.permissions["id-token"] === "write").toBe(job.steps.some((step) => step.with["role"] !== undefined));
    }
  });

  it("no workflow knows a key of AWS, nor runs for a pull request with the target's rights", () => {
    for (const name of workflows) {
      expect(text(workflowPath(name))).not.toMatch(/ACCESS_KEY|pull_request_target|workflow_run/);
      expect([...text(workflowPath(name)).matchAll(/secrets\.(\w+)/g)].map(([, secret]) => secret).filter((secret) => secret !== "SONAR_TOKEN" && secret !== "SLACK_WEBHOOK_URL")).toEqual([]);
    }
  });
});

describe("a call of the module", () => {
  it("written out in a workflow is one that the module has", () => {
    const calls = workflows.flatMap(steps).flatMap(({ run }) => (run?.startsWith("dagger ") === true ? [run] : []));
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect(() => readDaggerCall(call.split(" ").slice(1), module)).not.toThrow();
  });

  it("written out in the documentation is one that the module has, too", () => {
    const calls = ["docs/ci/README.md", "README.md", "docs/runbook.md"].flatMap((path) => [...text(join(root, path)).matchAll(/^(?:\s*- |\t|\$ )(dagger call [^#\n]+)/gm)].map(([, call]) => call ?? ""));
    expect(calls.length).toBeGreaterThan(15);
    const unknown = calls.flatMap((call) => {
      try {
        readDaggerCall(call.trim().split(" ").slice(1), module);
        return [];
      } catch (error) {
        return [`${call}: ${(error as Error).message}`];
      }
    });
    // What a service or a built image can do in turn is Dagger's own.
    expect(unknown.filter((line) => !/Promise<(Service|ServiceImage\[?\]?|ServiceImage)>/.test(line))).toEqual([]);
  });

  it.each([
    ["a function that the module does not have", "call releese", "The module has no function releese."],
    ["an argument that it does not have", "call rollback --too 1a2b3c4", "rollback has no argument --too."],
    ["an argument in the wrong place", "call --target aws rollback", "the module has no argument --target."],
    ["an argument without its value", "call rollback --to", "--to has no value."],
    ["an argument that is missing", "call verdict", "verdict needs --report."],
    ["words exported as a folder", "call status export --path out", 'status gives Promise<string>, with which "export --path out" cannot be done.'],
    ["something else than a call", "check", "dagger check is no call of a function of the module."],
  ])("is refused for %s", (_, call, fault) => {
    expect(() => readDaggerCall(call.split(" "), module)).toThrow(fault);
  });

  it("may have what the module's help shows", () => {
    expect(readDaggerCall("call --aws-region eu-west-1 report --new-only --target aws export --path out".split(" "), module)).toEqual({ global: { "aws-region": "eu-west-1" }, function: "report", args: { "new-only": true, target: "aws" }, then: ["export", "--path", "out"] });
    expect(module.functions.size).toBeGreaterThan(25);
  });
});

describe("logic in a wrapper", () => {
  it.each([
    'if [ "$BRANCH" = main ]; then\n  dagger call report\nfi',
    "for gate in secrets images; do dagger call $gate; done",
    "dagger call secrets || true",
    "docker build -t notes .",
    "trivy image notes",
    "npm ci",
    "terraform plan",
    "aws sts get-caller-identity",
  ])("is found: %s", (shell) => {
    expect(shellFaults(shell)).not.toEqual([]);
  });

  it("is not seen in a plain call", () => {
    expect(shellFaults('dagger call --by "$USER" rollback ${TO:+--to "$TO"}')).toEqual([]);
  });

  it.each(["env: { SCANNER: trivy }", "  with: { function: report --only x, then: 'docker push notes' }", "environment { TOOL = 'gitleaks' }"])("is found where it is not in shell: %s", (text) => {
    expect(nameFaults(`# Not in a comment: trivy\n// nor here: trivy\n${text}`)).toHaveLength(1);
    expect(nameFaults("# Not in a comment: trivy\n// nor here: trivy\n- uses: x # trivy")).toEqual([]);
  });

  it("is found in length, too, and an unknown key of a workflow is refused", () => {
    expect(tooLong("line\n".repeat(61), 60)).toEqual(["It has 61 lines, and may have 60."]);
    expect(workflowSchema.safeParse({ ...readWorkflow(workflowPath("operate.yml")), defaults: {} }).success).toBe(false);
  });
});

describe("actionlint with ShellCheck", () => {
  let tools: { readonly actionlint: string; readonly shellcheck: string };
  beforeAll(async () => {
    const [lint, shell] = await Promise.all([actionlint(), shellcheckProgram()]);
    tools = { actionlint: lint, shellcheck: shell };
  });

  const lint = async (folder: string): Promise<string> => (await execa(tools.actionlint, ["-no-color", "-shellcheck", tools.shellcheck, "-pyflakes", "", ...readdirSync(join(folder, ".github/workflows")).map((name) => `.github/workflows/${name}`)], { cwd: folder, reject: false, all: true })).all;

  it("find nothing in the workflows", async () => {
    expect(await lint(root)).toBe("");
  });

  it("find what is planted: an input that the action does not have, a wrong expression, a variable that is split", async () => {
    const planted = text(workflowPath("operate.yml")).replace("target: aws", "tarket: aws").replace("vars.AWS_REGION", "varz.AWS_REGION");
    const shell = "name: x\non: push\njobs:\n  x:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: rm $1\n";
    const found = await lint(await scratchRepository({ ".github/workflows/operate.yml": planted, ".github/workflows/shell.yml": shell, "ci/github/action.yml": text(join(root, "ci/github/action.yml")) }));
    for (const fault of ['input "tarket" is not defined', 'undefined variable "varz"', "SC2086"]) expect(found).toContain(fault);
  });

  it("find nothing in the wrapper's scripts and in the action's own shell", async () => {
    const scripts = readdirSync(join(root, "ci/github")).filter((name) => name.endsWith(".sh")).map((name) => join(root, "ci/github", name));
    expect((await execa(tools.shellcheck, scripts, { reject: false, all: true })).all).toBe("");
    for (const { run } of action.runs.steps) {
      if (run !== undefined) expect((await execa(tools.shellcheck, ["--shell=bash", "-"], { input: run, reject: false, all: true })).all).toBe("");
    }
  });
});
