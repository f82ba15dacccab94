import { toJson, type JsonPath } from "./json-node.ts";
import { whereOf, type Template } from "./parse-template.ts";
import type { TemplateFinding } from "./template-finding.ts";
import { templateSchema, type Container, type TaskDefinition } from "./template-schema.ts";

/** A container with its place in the template. */
export interface PlacedContainer {
  readonly container: Container;
  readonly at: JsonPath;
}

/** The rendered task definition under judgement, and what was found wrong with it so far. */
export class Judge {
  readonly task: TaskDefinition;
  readonly containers: readonly PlacedContainer[];
  readonly findings: TemplateFinding[] = [];
  readonly #source: Template;

  constructor(source: Template) {
    this.#source = source;
    this.task = templateSchema.parse(toJson(source.root));
    this.containers = this.task.containerDefinitions.map((container, index) => ({ container, at: ["containerDefinitions", index] }));
  }

  /** RegisterTaskDefinition, or Fargate, would not take it: `reason` is AWS's. */
  refused(check: string, path: JsonPath, reason: string, next: string): void {
    this.say("no", check, path, `AWS would refuse it: ${reason}`, next);
  }

  /** `part` of the container, when it can be accepted: a variable's name, or a member's. */
  say(level: "warning" | "no", check: string, path: JsonPath, what: string, next: string, part?: string): void {
    const owner = path[0] === "containerDefinitions" && typeof path[1] === "number" ? this.task.containerDefinitions[path[1]]?.name : undefined;
    this.findings.push({ check, level, where: whereOf(this.#source, path), what: owner === undefined ? what : `Container ${owner}: ${what}`, next, ...(owner === undefined || part === undefined ? {} : { subject: `${owner}.${part}` }) });
  }
}
