import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { systemClock } from "../../../dagger/src/clock.ts";
import { ConfigError, parseConfig, type Config } from "../../../dagger/src/config.ts";
import { AllowListError, allowListPath, parseAllowList, type AllowList } from "../../../dagger/src/gates/allow-list.ts";
import { runPipeline, type PipelineResult } from "../../../dagger/src/pipeline.ts";
import { reportFiles } from "../../../dagger/src/report/files.ts";
import { summaryText, type Paint } from "../../../dagger/src/report/text.ts";
import type { PipelineEvent } from "../../../dagger/src/report/events.ts";
import { readRepositoryState, repositoryQueries, RepositoryError, type RepositoryState } from "../../../dagger/src/repository.ts";
import type { Arguments } from "./arguments.ts";
import { CliError } from "./cli-error.ts";
import { openLocalEngine } from "./engine/open-local-engine.ts";
import { lineProgress, liveProgress } from "./progress.ts";
import { openOutFolder } from "./run/out-folder.ts";

/** What the command line gives a run. */
export interface Surroundings {
  /** Folder in which the command was given. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** For the report with --json. */
  readonly writeReport: (text: string) => void;
  /** For people. */
  readonly write: (text: string) => void;
  readonly live: boolean;
  readonly width: number;
  readonly paint: Paint;
  /** Absent where nobody can answer. */
  readonly ask?: (question: string) => Promise<boolean>;
}

/** One run of the pipeline on this machine, from the repository to the report. Returns the exit code. */
export async function runHere(args: Arguments, here: Surroundings): Promise<number> {
  const { root, repository } = await readRepository(here.root);
  // Before the settings: whatever stops this run from here on, no older report can be taken for its own.
  const out = await openOutFolder(resolve(here.root, args.out));
  try {
    const { config, allowList } = await readSettings(root, args);
    const progress = here.live ? liveProgress(here.write, here.paint, here.signal) : lineProgress(here.write, here.paint);
    const result = await runOnLocalEngine(root, { args, here, config, allowList, repository, show: progress.show }).finally(progress.end);
    await out.write(reportFiles(result));
    if (args.json) here.writeReport(reportFiles(result).get("report.json") ?? "");
    else here.write(`\n${summaryText(result.report, { paint: here.paint, width: here.width, outPath: join(args.out, "report.json") })}`);
    return result.report.exitCode;
  } finally {
    await out.release();
  }
}

interface Run {
  readonly args: Arguments;
  readonly here: Surroundings;
  readonly config: Config;
  readonly allowList: AllowList;
  readonly repository: RepositoryState;
  readonly show: (event: PipelineEvent) => void;
}

async function runOnLocalEngine(root: string, { args, here, config, allowList, repository: before, show }: Run): Promise<PipelineResult> {
  const startedAt = systemClock.now();
  const local = await openLocalEngine({
    root,
    env: here.env,
    signal: here.signal,
    clock: systemClock,
    newId: () => randomBytes(6).toString("hex"),
    images: config.images,
    ...(args.engine === undefined ? {} : { wanted: args.engine }),
    ...(here.ask === undefined ? {} : { ask: here.ask }),
    notify: (text) => { show({ kind: "note", text, at: systemClock.now() - startedAt }); },
  });
  try {
    // Asked again, now that the tree has been copied: what was changed meanwhile must not bear the clean commit's name.
    const { repository } = await readRepository(root);
    if (repository.commit !== before.commit) throw new CliError("BAD_REPOSITORY", "Another commit was checked out while the tree was being copied. No gate was started.", "Run again.");
    return await runPipeline({
      config,
      repository,
      allowList,
      engine: local.engine,
      target: args.target,
      only: args.gates,
      ...(args.mode === undefined ? {} : { mode: args.mode }),
      failFast: args.failFast,
      clock: systemClock,
      startedAt,
      signal: here.signal,
      onEvent: show,
    });
  } finally {
    await local.close();
  }
}

async function readRepository(folder: string): Promise<{ root: string; repository: RepositoryState }> {
  try {
    const answers = await Promise.all(
      repositoryQueries.map(async (query) => {
        const { exitCode, stdout, stderr } = await execa("git", query, { cwd: folder, reject: false, stripFinalNewline: false, env: { LC_ALL: "C" } });
        if (exitCode === undefined) throw new CliError("BAD_REPOSITORY", "Git could not be started. Nothing was started.", "Install Git, or put it on PATH.");
        return { exitCode, stdout, stderr };
      }),
    );
    return { root: answers[0]?.stdout.trim() ?? folder, repository: readRepositoryState(answers) };
  } catch (error) {
    if (error instanceof RepositoryError) throw new CliError("BAD_REPOSITORY", error.message, "", error);
    throw error;
  }
}

async function readSettings(root: string, args: Arguments): Promise<{ config: Config; allowList: AllowList }> {
  try {
    const config = parseConfig(await readIfThere(join(root, "gitops.json")));
    return { config: { ...config, images: { ...config.images, ...args.images } }, allowList: parseAllowList(await readIfThere(join(root, allowListPath))) };
  } catch (error) {
    if (error instanceof ConfigError || error instanceof AllowListError) throw new CliError("BAD_CONFIG", error.message, "", error);
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CliError("BAD_CONFIG", `${path} cannot be read (${(error as Error).message}). Nothing was started.`, "Mend its permissions and run again.", error);
  }
}
