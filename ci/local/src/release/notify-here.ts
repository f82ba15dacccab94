import { Notifier } from "../../../../dagger/src/release/notify/notifier.ts";
import { runLink } from "../../../../dagger/src/release/notify/run-link.ts";
import type { RunFacts } from "../../../../dagger/src/release/notify/notice.ts";
import type { ReleaseSettings } from "../../../../dagger/src/release/release-settings.ts";
import type { RepositoryState } from "../../../../dagger/src/repository.ts";
import { gitHere } from "./git-here.ts";

export interface NotifyHere {
  readonly env: NodeJS.ProcessEnv;
  readonly root: string;
  readonly project: string;
  readonly settings: Pick<ReleaseSettings, "notify">;
  readonly repository: RepositoryState;
  readonly target: RunFacts["target"];
  readonly what: RunFacts["what"];
}

/** The addresses are secrets, and come from the environment: SLACK_WEBHOOK_URL and RELEASE_WEBHOOK_URL. */
export async function notifierHere({ env, root, project, settings, repository, target, what }: NotifyHere): Promise<Notifier> {
  const { SLACK_WEBHOOK_URL: slackUrl = "", RELEASE_WEBHOOK_URL: webhookUrl = "" } = env;
  const written = await gitHere(root).describe(repository.commit);
  const link = runLink(env);
  return new Notifier({
    targets: { channel: settings.notify.channel, ...(slackUrl === "" ? {} : { slackUrl }), ...(webhookUrl === "" ? {} : { webhookUrl }) },
    facts: {
      project,
      commit: repository.commit,
      ...(repository.branch === undefined ? {} : { branch: repository.branch }),
      ...(written === undefined ? {} : written),
      ...(link === undefined ? {} : { link }),
      target,
      what,
    },
    send: fetch,
  });
}
