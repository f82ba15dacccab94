import { resolve } from "node:path";
import { systemClock } from "../../../../dagger/src/clock.ts";
import type { Config } from "../../../../dagger/src/config.ts";
import { reportWithoutGates } from "../../../../dagger/src/pipeline.ts";
import { ReleaseError } from "../../../../dagger/src/release/release-error.ts";
import { reportFiles } from "../../../../dagger/src/report/files.ts";
import type { ReleaseEvent } from "../../../../dagger/src/report/release-events.ts";
import { releaseReportOf, withRelease } from "../../../../dagger/src/report/release-record.ts";
import type { ReleaseReport } from "../../../../dagger/src/report/release-schema.ts";
import type { ExitCode } from "../../../../dagger/src/report/schema.ts";
import type { RepositoryState } from "../../../../dagger/src/repository.ts";
import { CliError } from "../cli-error.ts";
import { openOutFolder } from "../run/out-folder.ts";
import type { Surroundings } from "../surroundings.ts";
import type { ReleaseRequest } from "./release-arguments.ts";

interface Reported {
  readonly config: Config;
  readonly repository: RepositoryState;
  readonly request: ReleaseRequest & { readonly out: string };
  /** The rehearsal's page, once it is known. */
  readonly page: () => string | undefined;
}

/** Does `work`, and writes what came of it where `--out` says: the files that the pipeline writes, with no gate in them. */
export async function withReport(reported: Reported, here: Surroundings, work: (onEvent: (event: ReleaseEvent) => void) => Promise<ExitCode>): Promise<ExitCode> {
  const out = await openOutFolder(resolve(here.root, reported.request.out));
  const startedAt = systemClock.now();
  const events: ReleaseEvent[] = [];
  const write = async (exitCode: ExitCode, refused?: ReleaseReport["refused"]): Promise<void> => {
    await out.write(reportFiles({ report: reportOf(reported, { events, exitCode, startedAt, ...(refused === undefined ? {} : { refused }) }), raw: new Map(), releaseEvents: events }));
  };
  try {
    const exitCode = await work((event) => { events.push(event); });
    await write(exitCode);
    return exitCode;
  } catch (error) {
    if (here.signal.aborted || !(error instanceof ReleaseError || error instanceof CliError)) throw error;
    await write(error.exitCode, { code: error.code, message: error.message });
    throw error;
  } finally {
    await out.release();
  }
}

function reportOf({ config, page, repository, request }: Reported, { events, exitCode, refused, startedAt }: { readonly events: readonly ReleaseEvent[]; readonly exitCode: ExitCode; readonly startedAt: number; readonly refused?: NonNullable<ReleaseReport["refused"]> }): ReturnType<typeof withRelease> {
  const bare = reportWithoutGates({ clock: systemClock, config, engine: { description: "none: no gate was asked" }, repository, startedAt, target: request.target }, `not asked: \`${request.action}\` by itself`);
  const pageUrl = page();
  const release = releaseReportOf(events, { what: request.action === "rollback" ? "rollback" : "release", ...(pageUrl === undefined ? {} : { page: pageUrl }), ...(refused === undefined ? {} : { refused }) });
  // Its own exit code: of a deployment that was to be stopped, "rolled back" is a success.
  return { ...withRelease({ ...bare, verdict: "unavailable", summary: "No gate was asked." }, release, exitCode), exitCode };
}
