import { readFileSync } from "node:fs";
import { parseConfig } from "../src/config.ts";
import type { PermissionInputs } from "../src/release/permissions.ts";
import { awsNames, repositoryOf } from "../src/release/release-settings.ts";
import { itemsOf, memberOf, textOf } from "../src/release/task-definition/json-node.ts";
import { parseTemplate } from "../src/release/task-definition/parse-template.ts";
import { fillIn } from "../src/release/task-definition/placeholders.ts";
import { templateValues } from "../src/release/task-definition/template-values.ts";

/** What the permissions of this repository's own application are about; the account stays open. */
export function applicationPermissions(root: URL): PermissionInputs {
  const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
  const { project, release: settings, services } = parseConfig(read("gitops.json"));
  if (settings === undefined) throw new Error("gitops.json has no release");
  const [names, account] = [awsNames(project, settings), "<account>"];
  const all = Object.keys(services);
  const values = templateValues({ project, names, settings, account, region: settings.region, commit: "", services: all, images: {}, secrets: {} });
  const task = fillIn(parseTemplate(read(settings.taskDefinition), settings.taskDefinition).root, values);
  const logGroups = itemsOf(memberOf(task, "containerDefinitions")).map((container) => textOf(memberOf(memberOf(memberOf(container, "logConfiguration"), "options"), "awslogs-group")) ?? "");
  return {
    names,
    account,
    region: settings.region,
    repositories: all.map((service) => repositoryOf(project, settings, service)),
    secrets: Object.values(settings.secrets),
    logGroups: [...new Set(logGroups)].filter((name) => name !== ""),
  };
}
