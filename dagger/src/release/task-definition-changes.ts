import type { Change } from "../report/release-schema.ts";
import type { Json, TaskDefinitionBody } from "./have.ts";
import { isFields, isList, normaliseTaskDefinition } from "./normalise-task-definition.ts";
import { mayNameSecret, notShown, withoutSecrets } from "./secret-text.ts";

/** Lists whose entries are told apart by a member, not by their place. */
const keys: Readonly<Record<string, string>> = { environment: "name", secrets: "name", portMappings: "containerPort", dependsOn: "containerName", ulimits: "name", mountPoints: "containerPath", volumes: "name" };

/**
 * Field by field (a container that comes or goes is one change), as `containers.backend.environment.LOG_LEVEL`. What ECS fills in
 * by itself and the order of containers and variables are no differences. Values
 * that look like secrets are not shown: that they are others is.
 */
export function taskDefinitionChanges(from: TaskDefinitionBody, to: TaskDefinitionBody): Change[] {
  const [before, after] = [fieldsOf(from), fieldsOf(to)];
  const whole = wholeContainers(from, to);
  const fields = [...new Set([...before.keys(), ...after.keys()])].filter((path) => !whole.some((container) => path.startsWith(`${container.path}.`)));
  return [...whole, ...fields.toSorted(imagesFirst).flatMap((path): Change[] => {
    const [one, other] = [before.get(path), after.get(path)];
    if (one === other) return [];
    return [{ path, ...(one === undefined ? {} : { from: shown(path, one) }), ...(other === undefined ? {} : { to: shown(path, other) }) }];
  })];
}

/** A container that comes or goes is one change: each of its fields would say the same. */
function wholeContainers(from: TaskDefinitionBody, to: TaskDefinitionBody): Change[] {
  const [before, after] = [imagesOf(from), imagesOf(to)];
  const come = [...after].filter(([name]) => !before.has(name)).map(([name, image]) => ({ path: `containers.${name}`, to: shown("image", image) }));
  const gone = [...before].filter(([name]) => !after.has(name)).map(([name, image]) => ({ path: `containers.${name}`, from: shown("image", image) }));
  return [...come, ...gone];
}

const imagesOf = ({ containerDefinitions = [] }: TaskDefinitionBody): Map<string, string> =>
  new Map((isList(containerDefinitions) ? containerDefinitions.filter(isFields) : []).map(({ image = "", name = "" }) => [textOf(name), textOf(image)]));

function fieldsOf(body: TaskDefinitionBody): Map<string, string> {
  const fields = new Map<string, string>();
  const walk = (path: string, value: Json, key: string): void => {
    if (isFields(value)) {
      for (const [inner, child] of Object.entries(value)) walk(`${path}.${inner}`, child, inner);
      return;
    }
    const by = keys[key];
    if (isList(value) && by !== undefined) {
      for (const entry of value) if (isFields(entry)) walkEntry(path, entry, by);
      return;
    }
    fields.set(path, textOf(value));
  };
  const walkEntry = (path: string, entry: { readonly [key: string]: Json }, by: string): void => {
    const { [by]: name = "", ...rest } = entry;
    const values = Object.entries(rest);
    const [only] = values;
    const at = `${path}.${textOf(name)}`;
    if (only !== undefined && values.length === 1 && !isFields(only[1])) fields.set(at, textOf(only[1]));
    else if (values.length === 0) fields.set(at, "yes");
    else for (const [inner, child] of values) walk(`${at}.${inner}`, child, inner);
  };
  const { containerDefinitions = [], ...task } = normaliseTaskDefinition(body);
  for (const [key, value] of Object.entries(task)) walk(key, value, key);
  for (const container of isList(containerDefinitions) ? containerDefinitions.filter(isFields) : []) {
    const { name = "", ...rest } = container;
    for (const [key, value] of Object.entries(rest)) walk(`containers.${textOf(name)}.${key}`, value, key);
  }
  return fields;
}

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Nobody puts a secret there, by the rules; whoever did all the same sees it nowhere else. */
function shown(path: string, value: string): string {
  // What is there is where a secret is kept.
  if (/\.(?:secrets|repositoryCredentials)\./.test(path)) return value;
  const [, name] = /\.(?:environment|options|dockerLabels)\.(.+)$/.exec(path) ?? [];
  return name !== undefined && mayNameSecret(name) ? notShown : withoutSecrets(value);
}

const imagesFirst = (one: string, other: string): number => Number(other.endsWith(".image")) - Number(one.endsWith(".image")) || (one < other ? -1 : 1);
