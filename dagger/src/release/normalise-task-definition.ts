import type { Json, TaskDefinitionBody } from "./have.ts";

/** What only an answer of ECS has: RegisterTaskDefinition takes none of it. */
const answersOnly = new Set(["taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities", "registeredAt", "registeredBy", "deregisteredAt", "deleteRequestedAt", "tags"]);

/** What ECS fills in where nothing is said; the same said in words is no difference. */
const containerDefaults: Readonly<Record<string, Json>> = { essential: true, cpu: 0 };
const portDefaults: Readonly<Record<string, Json>> = { protocol: "tcp" };
const healthCheckDefaults: Readonly<Record<string, Json>> = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };
const dependencyDefaults: Readonly<Record<string, Json>> = { condition: "START" };
const platformDefaults: Readonly<Record<string, Json>> = { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" };

type Fields = { readonly [key: string]: Json };

/**
 * A task definition without anything that goes without saying, in one form,
 * whether it is a template or an answer of ECS: two that mean the same are equal
 * as JSON. Lists in which the order means nothing are sorted.
 */
export function normaliseTaskDefinition(body: TaskDefinitionBody): TaskDefinitionBody {
  const { containerDefinitions, cpu, memory, requiresCompatibilities, runtimePlatform, volumes, ...rest } = without(body, answersOnly);
  return sorted(
    tidy({
      ...rest,
      ...(cpu === undefined ? {} : { cpu: sizeOf(cpu, "vcpu") }),
      ...(memory === undefined ? {} : { memory: sizeOf(memory, "gb") }),
      ...(isFields(runtimePlatform) ? { runtimePlatform: minus(runtimePlatform, platformDefaults) } : {}),
      // Of one without a host folder, ECS answers with an empty one.
      ...listOf("volumes", volumes, tidy, "name"),
      ...(isList(requiresCompatibilities) ? { requiresCompatibilities: requiresCompatibilities.toSorted() } : {}),
      containerDefinitions: isList(containerDefinitions) ? containerDefinitions.map((container) => (isFields(container) ? normaliseContainer(container) : container)) : [],
    }),
  );
}

function normaliseContainer(container: Fields): Fields {
  const { portMappings, healthCheck, environment, secrets, dependsOn, ulimits, ...rest } = container;
  return tidy({
    ...minus(rest, containerDefaults),
    ...listOf("portMappings", portMappings, (port) => minus(port["hostPort"] === port["containerPort"] || port["hostPort"] === 0 ? without(port, new Set(["hostPort"])) : port, portDefaults), "containerPort"),
    ...(isFields(healthCheck) ? { healthCheck: minus(healthCheck, healthCheckDefaults) } : {}),
    ...listOf("environment", environment, same, "name"),
    ...listOf("secrets", secrets, same, "name"),
    ...listOf("dependsOn", dependsOn, (dependency) => minus(dependency, dependencyDefaults), "containerName"),
    ...listOf("ulimits", ulimits, same, "name"),
  });
}

const same = (fields: Fields): Fields => fields;

function listOf(key: string, list: Json | undefined, change: (entry: Fields) => Fields, by: string): Fields {
  if (!isList(list)) return {};
  return { [key]: list.filter(isFields).map(change).toSorted((one, other) => (textOf(one[by]) < textOf(other[by]) ? -1 : 1)) };
}

const without = (fields: Fields, keys: ReadonlySet<string>): Fields => Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.has(key)));

const minus = (fields: Fields, defaults: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([key, value]) => defaults[key] !== value));

/** Leaves out what is empty, absent or false; only `essential: false` says something. */
function tidy(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]): [string, Json][] => {
      const kept = isFields(value) ? tidy(value) : value;
      const isNothing = kept === null || (kept === false && key !== "essential") || (isList(kept) && kept.length === 0) || (isFields(kept) && Object.keys(kept).length === 0);
      return isNothing ? [] : [[key, kept]];
    }),
  );
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : JSON.stringify(value ?? null));

/** "1 vCPU" is 1024 units, "2 GB" are 2048 MiB; numbers are written as ECS shows them. */
function sizeOf(value: Json, unit: "vcpu" | "gb"): Json {
  const text = textOf(value).trim();
  const [, count] = new RegExp(`^(\\d+(?:\\.\\d+)?)\\s*${unit}$`, "i").exec(text) ?? [];
  return count === undefined ? text : String(Math.round(Number(count) * 1024));
}

function sorted(value: Fields): Fields {
  const sort = (inner: Json): Json => (isList(inner) ? inner.map(sort) : isFields(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([key, child]) => [key, sort(child)])) : inner);
  return sort(value) as Fields;
}

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
export const isFields = (value: Json | undefined): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
