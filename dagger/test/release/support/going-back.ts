import { rollBack, type RollbackOptions, type RollbackResult } from "../../../src/release/rollback.ts";
import { readStatus } from "../../../src/release/status.ts";
import { never, virtualReleaseClock, type Setting } from "../watch/setting.ts";

/** Releases one commit after the other, each to its end. */
export async function releasesOf(setting: Setting, ...commits: readonly string[]): Promise<string[]> {
  const arns = [];
  for (const commit of commits) {
    arns.push((await setting.deploy(commit)).taskDefinitionArn);
    await setting.untilOver();
  }
  return arns;
}

export async function back(setting: Setting, over: Partial<RollbackOptions> = {}): Promise<RollbackResult> {
  const { clients, emit, names } = setting.options("");
  return rollBack({ clients, clock: virtualReleaseClock(setting.clock, 1_000), emit, names, signal: never, settings: setting.settings, by: "ada", ...over });
}

/** The commit that has all traffic. */
export async function runs(setting: Setting): Promise<string | undefined> {
  const { clients, clock, names } = setting.options("");
  return (await readStatus({ clients, clock, names, signal: never })).versions.find(({ percent }) => percent === 100)?.commit;
}
