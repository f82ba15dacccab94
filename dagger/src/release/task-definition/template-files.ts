import type { Configuration } from "../awsvpc-lint/awsvpc-lint.ts";
import { composeServices } from "../awsvpc-lint/compose-services.ts";
import type { ReleaseSettings } from "../release-settings.ts";
import { TemplateError, type TemplateFinding } from "./template-finding.ts";

/** What `release` of gitops.json names, read. */
export interface TemplateFiles {
  readonly template: { readonly path: string; readonly text: string };
  /** Names of the Compose file's services. */
  readonly composeServices: readonly string[];
  readonly configurations: readonly Configuration[];
}

type FileSettings = Pick<ReleaseSettings, "taskDefinition" | "compose" | "configurations">;

/** `read` gives a file's text by its path from the root of the repository, undefined where there is none. Throws TemplateError for every file that is not there. */
export async function readTemplateFiles(settings: FileSettings, read: (path: string) => Promise<string | undefined>): Promise<TemplateFiles> {
  const missing: TemplateFinding[] = [];
  const textOf = async (path: string, key: string): Promise<string> => {
    const text = await read(path);
    if (text === undefined) missing.push({ check: "file-missing", level: "no", where: path, what: `There is no such file, and ${key} of gitops.json names it.`, next: "Add it, or correct the path." });
    return text ?? "";
  };
  const listed = Object.entries(settings.configurations).flatMap(([container, paths]) => paths.map((path) => ({ container, path })));
  const [template, compose, configurations] = await Promise.all([
    textOf(settings.taskDefinition, "release.taskDefinition"),
    settings.compose === undefined ? "" : textOf(settings.compose, "release.compose"),
    Promise.all(listed.map(async ({ container, path }) => ({ container, path, text: await textOf(path, `release.configurations.${container}`) }))),
  ]);
  if (missing.length > 0) throw new TemplateError(settings.taskDefinition, missing);
  return { template: { path: settings.taskDefinition, text: template }, composeServices: composeServices(compose), configurations };
}
