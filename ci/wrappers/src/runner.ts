import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { fill, holds, type Status, type Value } from "./expression.ts";
import { readAction, type Job, type WorkflowStep } from "./workflow.ts";

/**
 * Runs the steps of a job as GitHub's runner does: conditions, expressions, files of
 * the environment, composite actions of this repository. Actions of others are written
 * down and not run, but for artefacts, which it keeps itself.
 */

export interface Run {
  readonly job: Job;
  readonly jobId: string;
  /** github, vars, secrets, inputs. */
  readonly contexts: Readonly<Record<string, Value>>;
  /** Checkout of the repository. */
  readonly workspace: string;
  /** A folder outside of it. */
  readonly temp: string;
  /** What a runner has in its environment, PATH included. */
  readonly env: Readonly<Record<string, string>>;
  readonly artefacts: string;
}

export interface Ran {
  readonly failed: boolean;
  readonly summary: string;
  readonly log: string;
  /** Actions of others, in their order, and what they were given. */
  readonly used: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
}

interface Going extends Run {
  readonly state: { failed: boolean; log: string; summary: string; path: string[]; env: Record<string, string>; used: { uses: string; with: Record<string, string> }[]; count: number };
}

export async function runJob(run: Run): Promise<Ran> {
  const state = { failed: false, log: "", summary: "", path: [], env: {}, used: [], count: 0 };
  await runSteps({ ...run, state }, run.job.steps, {});
  return state;
}

async function runSteps(going: Going, steps: readonly WorkflowStep[], around: { readonly inputs?: Readonly<Record<string, string>>; readonly folder?: string }): Promise<void> {
  const { state } = going;
  for (const step of steps) {
    const status: Status = { failed: state.failed };
    const contexts = { ...going.contexts, ...(around.inputs === undefined ? {} : { inputs: around.inputs }) };
    if (!holds(step.if, contexts, status)) continue;
    const given = (values: Readonly<Record<string, string | number | boolean>>): Record<string, string> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(String(value), contexts, status)]));
    const works = step.run === undefined ? await use(going, step.uses ?? "", given(step.with)) : await shell(going, { ...step, run: fill(step.run, contexts, status) }, given(step.env), around.folder);
    if (!works) state.failed = true;
  }
}

async function use(going: Going, uses: string, given: Record<string, string>): Promise<boolean> {
  const { artefacts, state, workspace } = going;
  if (uses.startsWith("./")) {
    const folder = join(workspace, uses);
    const action = readAction(join(folder, "action.yml"));
    const unknown = Object.keys(given).filter((name) => action.inputs[name] === undefined);
    if (unknown.length > 0) throw new Error(`${uses} has no input ${unknown.join(", ")}.`);
    const inputs = Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? ""]));
    await runSteps(going, action.runs.steps, { inputs, folder });
    return true;
  }
  state.used.push({ uses, with: given });
  const [from, to] = [join(workspace, given["path"] ?? ""), join(artefacts, given["name"] ?? "")];
  if (uses.startsWith("actions/upload-artifact@")) await cp(from, to, { recursive: true }).catch(() => undefined);
  if (uses.startsWith("actions/download-artifact@")) {
    return cp(to, from, { recursive: true }).then(() => true, () => false);
  }
  return true;
}

async function shell(going: Going, step: WorkflowStep & { readonly run: string }, env: Record<string, string>, actionFolder: string | undefined): Promise<boolean> {
  const { state, temp, workspace } = going;
  state.count += 1;
  const files = { GITHUB_ENV: "env", GITHUB_OUTPUT: "output", GITHUB_PATH: "path", GITHUB_STEP_SUMMARY: "summary" };
  const folder = join(temp, "_steps", String(state.count));
  await mkdir(folder, { recursive: true });
  const paths = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(folder, file)]));
  await Promise.all(Object.values(paths).map(async (path) => writeFile(path, "")));
  const script = join(folder, "script.sh");
  await writeFile(script, step.run);
  const options = step.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail", script] : ["-e", script];
  const result = await execa("bash", options, {
    cwd: workspace,
    reject: false,
    all: true,
    extendEnv: false,
    env: { ...going.env, ...state.env, ...env, ...paths, PATH: [...state.path.toReversed(), going.env["PATH"] ?? ""].join(":"), RUNNER_TEMP: temp, ...(actionFolder === undefined ? {} : { GITHUB_ACTION_PATH: actionFolder }) },
  });
  const left = async (name: keyof typeof files): Promise<string> => readFile(paths[name] ?? "", "utf8");
  state.log += `${result.all}\n`;
  state.summary += await left("GITHUB_STEP_SUMMARY");
  state.path.push(...(await left("GITHUB_PATH")).split("\n").filter((line) => line !== ""));
  for (const line of (await left("GITHUB_ENV")).split("\n")) {
    const [name = "", value] = line.split(/=(.*)/s);
    if (value !== undefined) state.env[name] = value;
  }
  await rm(dirname(script), { recursive: true, force: true });
  return result.exitCode === 0;
}
