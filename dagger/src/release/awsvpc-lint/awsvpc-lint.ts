import { containersOf, nameIn } from "../task-definition/external-database.ts";
import { itemsOf, memberOf, textOf, type JsonNode } from "../task-definition/json-node.ts";
import type { Template } from "../task-definition/parse-template.ts";
import type { TemplateFinding } from "../task-definition/template-finding.ts";
import { hostNamesIn, type HostName, type Text } from "./host-names.ts";

export interface LintInputs {
  /** The rendered task definition, with the template's lines. */
  readonly source: Template;
  /** The services of the Compose file: names that work on a developer's machine. */
  readonly composeServices: readonly string[];
  readonly configurations: readonly Configuration[];
}

/** A file that a container is configured by, such as nginx's. `${NAME}` in it stands for the container's variable. */
export interface Configuration {
  readonly container: string;
  readonly path: string;
  readonly text: string;
}

/** Host names that a Fargate task cannot look up: its containers share one network, and reach each other at localhost. */
export function lintAwsvpc({ source, composeServices, configurations }: LintInputs): TemplateFinding[] {
  const containers = containersOf(source.root);
  const names = [...new Set([...containers.map((container) => nameIn(container) ?? ""), ...composeServices])].filter((name) => name !== "" && name !== "localhost");
  const ports = new Map(containers.map((container) => [nameIn(container) ?? "", portOf(container)]));
  const finding = (where: string, place: string, host: HostName, subject: string): TemplateFinding => ({
    check: "awsvpc-host-name",
    level: "no",
    where,
    subject,
    what: `${place} looks up ${host.name}, a name that only Compose knows: in a Fargate task it resolves nowhere, because all containers share one network.`,
    next: `Write ${localForm(host, ports.get(host.name))}.`,
  });
  return [
    ...containers.flatMap((container) => textsOf(container).flatMap(({ line, place, part, ...text }) => hostNamesIn(text, names).map((host) => finding(`${source.path}:${line(host.at)}`, `Container ${nameIn(container) ?? ""}: ${place}`, host, `${nameIn(container) ?? ""}.${part}`)))),
    ...configurations.flatMap(({ path, ...configuration }) => {
      const text = withVariables(configuration, containers);
      return hostNamesIn({ kind: "config", text }, names).map((host) => finding(`${path}:${text.slice(0, host.at).split("\n").length}`, `The configuration of ${configuration.container}`, host, path));
    }),
  ];
}

/** As the container will have it; what is set in no variable stays. */
function withVariables({ container, text }: Omit<Configuration, "path">, containers: readonly JsonNode[]): string {
  const environment = itemsOf(memberOf(containers.find((candidate) => nameIn(candidate) === container), "environment"));
  const values = new Map(environment.map((variable) => [nameIn(variable) ?? "", textOf(memberOf(variable, "value")) ?? ""]));
  return text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values.get(name)?.replaceAll("\n", " ") ?? whole);
}

interface PlacedText extends Text {
  /** The template's line of what stands there. */
  readonly line: (at: number) => number;
  readonly place: string;
  /** The same, as `release.accept` of gitops.json names it. */
  readonly part: string;
}

function textsOf(container: JsonNode): PlacedText[] {
  const environment = itemsOf(memberOf(container, "environment")).map((variable): PlacedText => {
    const name = nameIn(variable) ?? "";
    return { kind: "value", text: textOf(memberOf(variable, "value")) ?? "", variable: name, line: () => variable.line, place: `the variable ${name}`, part: name };
  });
  const commands = [
    { list: memberOf(container, "entryPoint"), place: "its entry point", part: "entryPoint" },
    { list: memberOf(container, "command"), place: "its command", part: "command" },
    { list: memberOf(memberOf(container, "healthCheck"), "command"), place: "its health check", part: "healthCheck" },
  ];
  return [...environment, ...commands.map(({ list, ...of }) => commandText(itemsOf(list), of))];
}

/** Arguments with a space between them. */
function commandText(argv: readonly JsonNode[], of: Pick<PlacedText, "place" | "part">): PlacedText {
  const words = argv.map((word) => textOf(word) ?? "");
  const line = (at: number): number => {
    let end = 0;
    const index = words.findIndex((word) => (end += word.length + 1) > at);
    return argv[index]?.line ?? 1;
  };
  return { kind: "shell", text: words.join(" "), line, ...of };
}

/** The port that the container listens on, when it is only one. */
function portOf(container: JsonNode): number | undefined {
  const ports = itemsOf(memberOf(container, "portMappings")).flatMap((mapping) => {
    const port = memberOf(mapping, "containerPort");
    return port?.kind === "scalar" && typeof port.value === "number" ? [port.value] : [];
  });
  return ports.length === 1 ? ports[0] : undefined;
}

/** A name without a port stands where only a host does. */
function localForm({ port, scheme }: HostName, mapped: number | undefined): string {
  if (scheme !== undefined) return `${scheme}://localhost:${String(port ?? mapped ?? "<port>")}`;
  if (port !== undefined) return `localhost:${String(port)}`;
  return mapped === undefined ? "localhost" : `localhost, where its port is ${String(mapped)}`;
}
