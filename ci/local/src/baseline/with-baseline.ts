import { systemClock } from "../../../../dagger/src/clock.ts";
import type { GateName } from "../../../../dagger/src/report/schema.ts";
import { cacheFolder } from "../container-engine/cache-folder.ts";
import type { ReleasedResult } from "../release/release-after-gates.ts";
import { newId, runGates, type AroundGates, type Run } from "../run-gates.ts";
import { readRepository, readSettings, sonarAccess } from "../settings.ts";
import { baselineReport } from "./baseline-report.ts";
import { mergeBase } from "./merge-base.ts";
import { ReportStore } from "./report-store.ts";

/** Runs the gates; with --new-only after those of the commit that the run is compared with. */
export async function withBaseline(run: Run, around: AroundGates): Promise<ReleasedResult> {
  const { args, here } = run;
  if (!args.newOnly) return runGates(run, around);
  const store = new ReportStore(cacheFolder(here.env));
  const startedAt = systemClock.now();
  const notify = (text: string): void => { run.show({ kind: "note", text, at: systemClock.now() - startedAt }); };
  const baseline = await baselineReport({
    root: run.root,
    project: run.config.project,
    commit: await mergeBase(run.root, args.base, run.config.releaseBranch),
    store,
    now: startedAt,
    newId,
    signal: here.signal,
    notify,
    // A given server keeps the history of a project, and an older commit is not to be its newest analysis.
    gates: sonarAccess(here.env) === undefined ? args.gates : args.gates.filter((gate) => gate !== "code-quality"),
    runGates: async (clone, gates) => (await runGates(await baselineRun(run, clone, gates, notify))).report,
  });
  return runGates({ ...run, ...(baseline === undefined ? {} : { baseline }) }, around);
}

/** The same run on the baseline's clone, told as notes of this one. */
async function baselineRun(run: Run, clone: string, gates: readonly GateName[], notify: (text: string) => void): Promise<Run> {
  const { repository } = await readRepository(clone);
  const settings = await readSettings(clone, run.args.images);
  return {
    ...run,
    root: clone,
    repository,
    ...settings,
    args: { ...run.args, gates, failFast: false },
    show: (event) => {
      if (event.kind === "note") notify(`baseline: ${event.text}`);
      if (event.kind === "gate-finished" && event.report.verdict !== "skipped") notify(`baseline: ${event.report.name} ${event.report.verdict}`);
    },
  };
}
