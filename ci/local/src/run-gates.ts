import { randomBytes } from "node:crypto";
import { systemClock } from "../../../dagger/src/clock.ts";
import { adoptingEngine, type RegisteredImages } from "../../../dagger/src/images/adopting-engine.ts";
import { runPipeline } from "../../../dagger/src/pipeline.ts";
import type { PipelineEvent } from "../../../dagger/src/report/events.ts";
import type { Report } from "../../../dagger/src/report/schema.ts";
import type { RepositoryState } from "../../../dagger/src/repository.ts";
import type { Arguments } from "./arguments.ts";
import { CliError } from "./cli-error.ts";
import { openLocalEngine } from "./engine/open-local-engine.ts";
import type { Judged, ReleasedResult } from "./release/release-after-gates.ts";
import { readRepository, sonarAccess, type Settings } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";

/** One tree to be judged, and how. */
export interface Run extends Settings {
  readonly root: string;
  readonly repository: RepositoryState;
  readonly args: Arguments;
  readonly here: Surroundings;
  readonly baseline?: Report;
  readonly show: (event: PipelineEvent) => void;
}

/** What comes beside the gates of a run that is to be released. */
export interface AroundGates {
  /** What the registry has of this commit already; never rejects. */
  readonly registered: (repository: RepositoryState, note: (text: string) => void) => Promise<RegisteredImages>;
  /** What is done with what the gates have judged, while the engine still has it. */
  readonly afterwards: (judged: Judged) => Promise<ReleasedResult>;
}

export const newId = (): string => randomBytes(6).toString("hex");

/** Opens the engine on the tree and runs the pipeline there. */
export async function runGates(run: Run, around?: AroundGates): Promise<ReleasedResult> {
  const { root, args, here, config, allowList, repository: before, baseline, show } = run;
  const startedAt = systemClock.now();
  const local = await openLocalEngine({
    root,
    env: here.env,
    signal: here.signal,
    clock: systemClock,
    newId,
    images: config.images,
    ...(args.engine === undefined ? {} : { wanted: args.engine }),
    ...(here.ask === undefined ? {} : { ask: here.ask }),
    notify: (text) => { show({ kind: "note", text, at: systemClock.now() - startedAt }); },
  });
  try {
    // Asked again, now that the tree has been copied: what was changed meanwhile must not bear the clean commit's name.
    const { repository } = await readRepository(root);
    if (repository.commit !== before.commit) throw new CliError("BAD_REPOSITORY", "Another commit was checked out while the tree was being copied. No gate was started.", "Run again.");
    const note = (text: string): void => { show({ kind: "note", text, at: systemClock.now() - startedAt }); };
    const engine = around === undefined ? local.engine : adoptingEngine(local.engine, around.registered(repository, note));
    const sonar = sonarAccess(here.env);
    const result = await runPipeline({
      config,
      repository,
      allowList,
      engine,
      target: args.target,
      only: args.gates,
      ...(args.mode === undefined ? {} : { mode: args.mode }),
      failFast: args.failFast,
      ...(baseline === undefined ? {} : { baseline }),
      ...(sonar === undefined ? {} : { sonar }),
      clock: systemClock,
      startedAt,
      signal: here.signal,
      onEvent: show,
    });
    return around === undefined ? result : await around.afterwards({ local, repository, result });
  } finally {
    await local.close();
  }
}
