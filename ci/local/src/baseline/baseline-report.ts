import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ConfigError } from "../../../../dagger/src/config.ts";
import { AllowListError } from "../../../../dagger/src/gates/allow-list.ts";
import type { GateName, Report } from "../../../../dagger/src/report/schema.ts";
import { CliError } from "../cli-error.ts";
import { notAskedFor } from "../../../../dagger/src/pipeline.ts";
import { makeRunFolder } from "../run/run-folder.ts";
import type { ReportStore } from "./report-store.ts";

export interface BaselineOptions {
  readonly root: string;
  readonly project: string;
  readonly commit: string;
  readonly store: ReportStore;
  readonly now: number;
  readonly newId: () => string;
  readonly signal: AbortSignal;
  /** Those that the run has. */
  readonly gates: readonly GateName[];
  /** Runs them on a clone, as its own gitops.json says. */
  readonly runGates: (clone: string, gates: readonly GateName[]) => Promise<Report>;
  readonly notify: (text: string) => void;
}

/**
 * What the gates found at an earlier commit: from the store, and what is not
 * there found out now on a clone that holds this commit's history and nothing of what came later.
 * Undefined when the commit cannot be judged: then every finding is new.
 */
export async function baselineReport(options: BaselineOptions): Promise<Report | undefined> {
  const { commit, project, store, now, notify } = options;
  const known = await store.get(project, commit, now);
  const missing = options.gates.filter((gate) => !isKnown(known, gate));
  if (known !== undefined && missing.length === 0) return known;
  const name = commit.slice(0, 7);
  notify(`the baseline ${name} is not known yet: its gates run first`);
  const folder = await makeRunFolder(`baseline-${options.newId()}`);
  try {
    const clone = await cloneCommit(options, join(folder.path, "tree"));
    const report = joined(known, await options.runGates(clone, missing), missing);
    await store.put(report, options.newId());
    return report;
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof AllowListError) && !(error instanceof CliError && error.code === "BAD_CONFIG")) throw error;
    notify(`the baseline ${name} cannot be judged, so that every finding is new: ${error.message.split("\n").slice(0, 2).join(" ")}`);
    return undefined;
  } finally {
    await rm(folder.path, { recursive: true, force: true });
  }
}

/** A gate that was not asked for, or could not look at everything, is no answer for a later run that wants one. */
function isKnown(report: Report | undefined, name: GateName): boolean {
  const gate = report?.gates.find((candidate) => candidate.name === name);
  if (gate === undefined) return false;
  return gate.verdict === "passed" || (gate.verdict === "failed" && gate.reason === undefined) || (gate.verdict === "skipped" && gate.reason !== notAskedFor);
}

const joined = (known: Report | undefined, fresh: Report, asked: readonly GateName[]): Report =>
  known === undefined ? fresh : { ...known, gates: fresh.gates.map((gate) => (asked.includes(gate.name) ? gate : (known.gates.find(({ name }) => name === gate.name) ?? gate))) };

async function cloneCommit({ root, commit, signal }: BaselineOptions, to: string): Promise<string> {
  await mkdir(to, { recursive: true });
  const git = async (...args: string[]) => execa("git", args, { cwd: to, reject: false, cancelSignal: signal, env: { LC_ALL: "C" } });
  for (const args of [["init", "--quiet"], ["-c", "protocol.version=2", "fetch", "--quiet", "--no-tags", root, commit], ["-c", "advice.detachedHead=false", "checkout", "--quiet", "--detach", commit]]) {
    const { exitCode, stderr } = await git(...args);
    if (exitCode !== 0) throw new CliError("BAD_REPOSITORY", `The baseline ${commit.slice(0, 7)} cannot be copied: ${stderr.trim().split("\n").at(-1) ?? ""}. No gate was started.`, "Fetch the whole history (git fetch --unshallow), or leave --new-only out.");
  }
  return to;
}
