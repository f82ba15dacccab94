import type { ReleaseSettings } from "../release-settings.ts";
import { containersOf, nameIn } from "./external-database.ts";
import { toJson } from "./json-node.ts";
import { whereOf, type Template } from "./parse-template.ts";
import { templateSchema } from "./template-schema.ts";
import type { TemplateFinding } from "./template-finding.ts";

/** Where the template and gitops.json, from which AppSpec and infrastructure come, say different things. */
export function agreementFindings(source: Template, wanted: { readonly family: string } & Pick<ReleaseSettings, "container" | "port">): TemplateFinding[] {
  const no = (path: readonly PropertyKey[], what: string, next: string): TemplateFinding => ({ check: "disagrees-with-gitops", level: "no", where: whereOf(source, path), what, next });
  const { family, containerDefinitions } = templateSchema.parse(toJson(source.root));
  const index = containerDefinitions.findIndex(({ name }) => name === wanted.container);
  const container = containerDefinitions[index];
  const at = ["containerDefinitions", index];
  const names = containersOf(source.root).map((node) => nameIn(node) ?? "").join(", ");
  return [
    ...(family === wanted.family ? [] : [no(["family"], `The family is ${family}; gitops.json has ${wanted.family}.`, "Write __FAMILY__.")]),
    ...(container === undefined ? [no(["containerDefinitions"], `There is no container ${wanted.container}, to which release.container of gitops.json sends users' requests; there are: ${names}.`, "Correct the one or the other.")] : []),
    ...(container?.essential === false ? [no([...at, "essential"], `Container ${wanted.container} is not essential: a task would count as running without it.`, "Set essential to true.")] : []),
    ...(container === undefined || container.portMappings?.some(({ containerPort, protocol = "tcp" }) => containerPort === wanted.port && protocol === "tcp") === true
      ? []
      : [no([...at, "portMappings"], `Container ${wanted.container} does not map port ${wanted.port}, which release.port of gitops.json has.`, `Add { "containerPort": ${wanted.port} } to its portMappings.`)]),
  ];
}
