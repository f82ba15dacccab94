import { join, resolve } from "node:path";
import { reportFiles } from "../../../dagger/src/report/files.ts";
import { summaryText } from "../../../dagger/src/report/text.ts";
import type { Arguments } from "./arguments.ts";
import { withBaseline } from "./baseline/with-baseline.ts";
import { lineProgress, liveProgress } from "./progress.ts";
import { releaseAfterGates, requireReleaseToBegin } from "./release/release-after-gates.ts";
import type { Afterwards, Run } from "./run-gates.ts";
import { openOutFolder } from "./run/out-folder.ts";
import { readRepository, readSettings } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";

/** One run of the pipeline on this machine, from the repository to the report. Returns the exit code. */
export async function runHere(args: Arguments, here: Surroundings): Promise<number> {
  const { root, repository } = await readRepository(here.root);
  // Before the settings: whatever stops this run from here on, no older report can be taken for its own.
  const out = await openOutFolder(resolve(here.root, args.out));
  try {
    const settings = await readSettings(root, args.images);
    const progress = here.live ? liveProgress(here.write, here.paint, here.signal) : lineProgress(here.write, here.paint);
    const run: Run = { root, repository, ...settings, args, here, show: progress.show };
    await requireReleaseToBegin(run);
    const afterwards: Afterwards = async (judged) => {
      // Its lines come below the list of the gates.
      await progress.end();
      return releaseAfterGates(run, judged);
    };
    const result = await withBaseline(run, afterwards).finally(progress.end);
    const files = reportFiles(result);
    await out.write(files);
    if (args.json) here.writeReport(files.get("report.json") ?? "");
    else here.write(`\n${summaryText(result.report, { paint: here.paint, width: here.width, outPath: join(args.out, "report.html") })}`);
    return result.report.exitCode;
  } finally {
    await out.release();
  }
}
