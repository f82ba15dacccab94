import type { DaggerRun, DaggerSurroundings } from "./dagger-run.ts";
import { daggerGit } from "./engine/dagger-git.ts";
import type { RunFacts } from "./release/notify/notice.ts";
import { Notifier } from "./release/notify/notifier.ts";
import { releaseSettingsOf } from "./release/settings-of.ts";

/** Tells the team of a release on Dagger: where the addresses were given, which are secrets. */
export async function daggerNotifier(run: DaggerRun, around: DaggerSurroundings, facts: Pick<RunFacts, "target" | "what">): Promise<Notifier> {
  const { config, files, images, repository } = run;
  const { link, releaseWebhook, slackWebhook } = around.notify;
  const [slackUrl, webhookUrl] = await Promise.all([slackWebhook, releaseWebhook].map(async (secret) => (await secret?.plaintext())?.trim() ?? ""));
  const isTold = slackUrl !== "" || webhookUrl !== "";
  const written = isTold ? await daggerGit(await images.pull("gitleaks"), files.history).describe(repository.commit) : undefined;
  return new Notifier({
    targets: {
      channel: releaseSettingsOf(config).notify.channel,
      ...(slackUrl === undefined || slackUrl === "" ? {} : { slackUrl }),
      ...(webhookUrl === undefined || webhookUrl === "" ? {} : { webhookUrl }),
    },
    facts: {
      project: config.project,
      commit: repository.commit,
      ...(repository.branch === undefined ? {} : { branch: repository.branch }),
      ...written,
      ...(link === "" ? {} : { link }),
      ...facts,
    },
    send: fetch,
  });
}
