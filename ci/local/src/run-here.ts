import { join, resolve } from "node:path";
import { reportFiles } from "../../../dagger/src/report/files.ts";
import { summaryText } from "../../../dagger/src/report/text.ts";
import type { Arguments } from "./arguments.ts";
import { withBaseline } from "./baseline/with-baseline.ts";
import { lineProgress, liveProgress } from "./progress.ts";
import { whyNoRelease } from "./release/why-no-release.ts";
import type { AroundGates, Run } from "./run-gates.ts";
import { openOutFolder } from "./run/out-folder.ts";
import { forTarget, readRepository, readSettings } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";

/** One run of the pipeline on this machine, from the repository to the report. Returns the exit code. */
export async function runHere(args: Arguments, here: Surroundings): Promise<number> {
  const { root, repository } = await readRepository(here.root);
  // Before the settings: whatever stops this run from here on, no older report can be taken for its own.
  const out = await openOutFolder(resolve(here.root, args.out));
  try {
    const read = await readSettings(root, args.images, args.environment);
    const { config, note } = forTarget(read.config, args.target);
    if (note !== undefined && args.release) here.write(`${here.paint("dim", note)}\n`);
    const settings = { ...read, config };
    const progress = here.live ? liveProgress(here.write, here.paint, here.signal) : lineProgress(here.write, here.paint);
    const run: Run = { root, repository, ...settings, args, here, show: progress.show };
    // Only where something is released: what it loads takes a quarter of a second and 20 MB.
    const releasing = async () => import("./release/release-after-gates.ts");
    if (args.target === "aws" && whyNoRelease(run) === undefined) await (await releasing()).requireReleaseToBegin(run);
    const afterwards: AroundGates["afterwards"] = async (judged) => {
      // Its lines come below the list of the gates.
      await progress.end();
      const why = whyNoRelease(run);
      if (why !== undefined && run.config.release === undefined) {
        if (judged.result.report.exitCode === 0) here.write(`${here.paint("dim", why)}\n`);
        return judged.result;
      }
      return (await releasing()).releaseAfterGates(run, judged);
    };
    const registered: AroundGates["registered"] = async (repository, note) => (whyNoRelease(run) === undefined ? (await import("./release/look-into-registry.ts")).lookIntoRegistry(run, repository, note) : new Map());
    const result = await withBaseline(run, { registered, afterwards }).finally(progress.end);
    const files = reportFiles(result);
    await out.write(files);
    if (args.json) here.writeReport(files.get("report.json") ?? "");
    else here.write(`\n${summaryText(result.report, { paint: here.paint, width: here.width, outPath: join(args.out, "report.html") })}`);
    return result.report.exitCode;
  } finally {
    await out.release();
  }
}
