import type { ReleaseSettings } from "../release-settings.ts";
import { judgeContainers } from "./fargate-containers.ts";
import { judgeTask } from "./fargate-task.ts";
import { Judge } from "./judge.ts";
import { judgeOwnRules } from "./own-rules.ts";
import type { RenderedTaskDefinition } from "./render-task-definition.ts";
import type { TemplateFinding } from "./template-finding.ts";

/** Everything that Fargate would refuse, with AWS's reason, and what it would take to users' harm; each with its line in the template. */
export function validateForFargate({ source }: Pick<RenderedTaskDefinition, "source">, settings: Pick<ReleaseSettings, "container">): TemplateFinding[] {
  const judge = new Judge(source);
  judgeTask(judge);
  judgeContainers(judge);
  judgeOwnRules(judge, settings);
  return judge.findings;
}
