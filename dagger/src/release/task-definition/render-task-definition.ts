import { z } from "zod";
import type { PreflightFinding } from "../../report/release-schema.ts";
import type { TaskDefinitionBody } from "../have.ts";
import type { ReleaseSettings } from "../release-settings.ts";
import { agreementFindings } from "./agreement.ts";
import { containersOf, databaseContainer, hasDatabase, nameIn, withoutDatabase } from "./external-database.ts";
import { itemsOf, memberOf, stringsOf, toJson, type JsonNode } from "./json-node.ts";
import type { Template } from "./parse-template.ts";
import { fillIn, namesIn, nearlyIn, type PlaceholderValues } from "./placeholders.ts";
import { refuseFindings, type TemplateFinding } from "./template-finding.ts";

export interface RenderedTaskDefinition {
  /** What RegisterTaskDefinition takes. */
  readonly body: TaskDefinitionBody;
  /** The same with the template's lines. */
  readonly source: Template;
  /** What a reader should know each time. */
  readonly notes: readonly string[];
}

export interface RenderSettings {
  readonly values: PlaceholderValues;
  readonly family: string;
  readonly settings: Pick<ReleaseSettings, "container" | "port" | "database" | "externalDatabase">;
}

/** Fills in the template. Throws TemplateError, naming every placeholder that is unknown, has no value or is not used, and what disagrees with gitops.json. */
export function renderTaskDefinition(template: Template, settings: RenderSettings): RenderedTaskDefinition {
  const { findings, ...rendered } = render(template, settings);
  refuseFindings(template.path, findings);
  return rendered;
}

/** The same without a throw, for whoever goes on to look for more. What has no value stays a placeholder. */
export function render(template: Template, { values, family, settings }: RenderSettings): RenderedTaskDefinition & { readonly findings: readonly TemplateFinding[] } {
  const kept = settings.database === "external" ? withoutDatabase(template.root, settings.externalDatabase) : template.root;
  const source: Template = { path: template.path, root: fillIn(kept, values) };
  const findings = [
    ...unknownFindings(template, values),
    ...unknownInSettings(settings.externalDatabase, values),
    ...unresolvedFindings({ path: template.path, root: kept }, values),
    ...unusedFindings(template, values, Object.values(settings.externalDatabase)),
    ...(settings.database === "external" ? connectionFindings(template, kept, settings.externalDatabase) : []),
    ...agreementFindings(source, { family, ...settings }),
  ];
  return { findings, body: toJson(source.root) as TaskDefinitionBody, source, notes: settings.database === "sidecar" && hasDatabase(template.root) ? [sidecarNote] : [] };
}

export const sidecarNote =
  'The database is a container of the task: it starts empty with each release, and what users have written goes with the old task. Set release.database to "external" in gitops.json once there is a database outside of the task.';

/** Each task would have data of its own. For preflight, which knows how many there are. */
export function sidecarFinding({ containerDefinitions }: TaskDefinitionBody, desiredCount: number): PreflightFinding | undefined {
  const hasOne = z.array(z.looseObject({ name: z.string() })).safeParse(containerDefinitions).data?.some(({ name }) => name === databaseContainer) === true;
  if (!hasOne || desiredCount <= 1) return undefined;
  return {
    check: "database-in-each-task",
    level: "no",
    what: `The service wants ${desiredCount} tasks, and the container ${databaseContainer} gives each of them a database of its own: what a user saves in one is not in the other.`,
    next: 'Set release.database to "external" in gitops.json, or the service\'s desired count to 1.',
  };
}

function unknownFindings({ path, root }: Template, values: PlaceholderValues): TemplateFinding[] {
  return [...stringsOf(root).map((found) => ({ ...found, isKey: false })), ...keysOf(root)].flatMap(({ text, line, isKey }) => {
    const wrong = [...namesIn(text).filter((name) => isKey || !values.has(name)).map((name) => `__${name}__`), ...nearlyIn(text)];
    return wrong.map((name): TemplateFinding => ({ check: "placeholder-unknown", level: "no", where: `${path}:${line}`, what: isKey ? `${name} stands in a key, where no placeholder is filled in.` : `${name} is not known.`, next: isKey ? "Write the key itself." : `Known are: ${known(values)}.` }));
  });
}

function unknownInSettings(variables: Readonly<Record<string, string>>, values: PlaceholderValues): TemplateFinding[] {
  return Object.entries(variables).flatMap(([variable, from]) =>
    [...namesIn(from).filter((name) => !values.has(name)).map((name) => `__${name}__`), ...nearlyIn(from)].map((name): TemplateFinding => ({ check: "placeholder-unknown", level: "no", where: "gitops.json", what: `release.externalDatabase.${variable} has ${name}, which is not known.`, next: `Known are: ${known(values)}.` })),
  );
}

const known = (values: PlaceholderValues): string => [...values.keys()].map((name) => `__${name}__`).join(", ");

function keysOf(node: JsonNode): { text: string; line: number; isKey: boolean }[] {
  if (node.kind === "list") return node.items.flatMap(keysOf);
  return node.kind === "scalar" ? [] : node.members.flatMap(({ key, line, value }) => [{ text: key, line, isKey: true }, ...keysOf(value)]);
}

function unresolvedFindings({ path, root }: Template, values: PlaceholderValues): TemplateFinding[] {
  return stringsOf(root).flatMap(({ text, line }) =>
    namesIn(text).flatMap((name): TemplateFinding[] => {
      const known = values.get(name);
      if (known === undefined || known.value !== undefined) return [];
      return [{ check: "placeholder-unresolved", level: "no", where: `${path}:${line}`, what: `__${name}__ has no value (${known.from}).`, next: "Make what it names, or correct its name." }];
    }),
  );
}

function unusedFindings({ path, root }: Template, values: PlaceholderValues, elsewhere: readonly string[]): TemplateFinding[] {
  const used = new Set([...stringsOf(root).map(({ text }) => text), ...elsewhere].flatMap(namesIn));
  return [...values].flatMap(([name, { needed }]): TemplateFinding[] =>
    needed && !used.has(name) ? [{ check: "placeholder-unused", level: "no", where: path, what: `__${name}__ is nowhere in it.`, next: "Put it where it belongs, or take what it stands for out of gitops.json." }] : [],
  );
}

/** With an external database, nothing may look for one in the task any more. */
function connectionFindings({ path, root }: Template, kept: JsonNode, variables: Readonly<Record<string, string>>): TemplateFinding[] {
  const ports = containersOf(root).filter((container) => nameIn(container) === databaseContainer).flatMap((container) => itemsOf(memberOf(container, "portMappings")).map((mapping) => String(portOf(mapping))));
  const has = (container: JsonNode, list: string): readonly JsonNode[] => itemsOf(memberOf(container, list));
  const all = containersOf(kept).flatMap((container) => [...has(container, "environment"), ...has(container, "secrets")].map((variable) => nameIn(variable)));
  const local = containersOf(kept).flatMap((container) =>
    has(container, "environment").flatMap((variable): TemplateFinding[] => {
      const [, host, port] = /(localhost|127\.0\.0\.1|\[::1\])(?::(\d+))?(?!\d)/.exec(stringsOf(memberOf(variable, "value") ?? variable)[0]?.text ?? "") ?? [];
      const name = nameIn(variable) ?? "";
      const isDatabase = port === undefined ? /DATABASE|DB|PG|POSTGRES|MYSQL|MARIA/i.test(name) : ports.includes(port);
      if (host === undefined || !isDatabase) return [];
      return [{ check: "database-still-local", level: "no", where: `${path}:${variable.line}`, what: `Container ${nameIn(container) ?? ""} looks for the database at ${host} (${name}), and with an external one nothing answers there.`, next: `Say where ${name} comes from in release.externalDatabase of gitops.json, such as "__DATABASE_SECRET__:host::".` }];
    }),
  );
  const nowhere = Object.keys(variables).filter((name) => !all.includes(name));
  return [...local, ...nowhere.map((name): TemplateFinding => ({ check: "variable-unknown", level: "no", where: path, what: `No container has the variable ${name}, which release.externalDatabase of gitops.json sets.`, next: "Correct its name, or take it out." }))];
}

function portOf(mapping: JsonNode): unknown {
  const port = memberOf(mapping, "containerPort");
  return port?.kind === "scalar" ? port.value : undefined;
}
