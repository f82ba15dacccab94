import { createHash } from "node:crypto";
import { parse } from "yaml";
import { hookNames, type AppSpec, type HookName } from "./state.ts";

/** Why a deployment with that AppSpec fails. */
export class InvalidAppSpec extends Error {}

const opening = "The deployment failed because the AppSpec file that specifies the deployment configuration is missing or has an invalid configuration.";
const invalid = (why: string): InvalidAppSpec => new InvalidAppSpec(`${opening} ${why}`);

export const sha256Of = (content: string): string => createHash("sha256").update(content).digest("hex");

/** Reads JSON or YAML. Throws InvalidAppSpec, in AWS's words as far as they are known. */
export function parseAppSpec(content: string): AppSpec {
  const root = new Fields(readDocument(content), "The AppSpec");
  if (!versions.includes(String(root.get("version")))) throw invalid("The version of the AppSpec has to be 0.0.");
  const resources = root.get("Resources");
  if (!Array.isArray(resources) || resources.length !== 1) throw invalid("Resources has to list exactly one target service.");
  const service = onlyValue(new Fields(resources[0], "Resources"), "Resources");
  if (service.get("Type") !== "AWS::ECS::Service") throw invalid("The Type of the resource has to be AWS::ECS::Service.");
  const properties = service.fields("Properties");
  const loadBalancer = properties.fields("LoadBalancerInfo");
  const platformVersion = properties.get("PlatformVersion");
  const network = networkOf(properties);
  return {
    taskDefinition: properties.text("TaskDefinition"),
    containerName: loadBalancer.text("ContainerName"),
    containerPort: portOf(loadBalancer.get("ContainerPort")),
    ...(typeof platformVersion === "string" ? { platformVersion } : {}),
    ...(network === undefined ? {} : { network }),
    hooks: hooksOf(root.get("Hooks")),
  };
}

/** Tools write 0, 0.0, "0.0" or 1. */
const versions = ["0", "0.0", "1", "1.0"];

function readDocument(content: string): unknown {
  try {
    return parse(content, { logLevel: "error" });
  } catch {
    throw invalid("The input AppSpec file is a not well-formed yaml. The template cannot be parsed.");
  }
}

/** The members of a map, whatever the case of their names. */
class Fields {
  readonly #members: ReadonlyMap<string, unknown>;
  readonly #name: string;

  constructor(value: unknown, name: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${name} has to be a map.`);
    this.#members = new Map(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member as unknown]));
    this.#name = name;
  }

  entries(): readonly (readonly [string, unknown])[] {
    return [...this.#members];
  }

  get(member: string): unknown {
    return this.#members.get(member.toLowerCase()) ?? undefined;
  }

  fields(member: string): Fields {
    return new Fields(this.get(member), member);
  }

  text(member: string): string {
    const value = this.get(member);
    if (typeof value !== "string" || value === "") throw invalid(`${this.#name} has to have ${member}.`);
    return value;
  }
}

/** Of a map with one key, as `- TargetService: {…}` is. */
function onlyValue(fields: Fields, name: string): Fields {
  const [entry, ...others] = fields.entries();
  if (entry === undefined || others.length > 0) throw invalid(`${name} has to list exactly one target service.`);
  return new Fields(entry[1], entry[0]);
}

function portOf(value: unknown): number {
  const port = Number(value);
  if (value === undefined || value === "" || !Number.isInteger(port) || port < 1 || port > 65_535) throw invalid("LoadBalancerInfo has to have a ContainerPort.");
  return port;
}

function networkOf(properties: Fields): AppSpec["network"] {
  if (properties.get("NetworkConfiguration") === undefined) return undefined;
  const vpc = properties.fields("NetworkConfiguration").fields("AwsvpcConfiguration");
  const subnets = textsOf(vpc.get("Subnets"));
  const securityGroups = textsOf(vpc.get("SecurityGroups"));
  const assignPublicIp = vpc.get("AssignPublicIp");
  if (subnets.length === 0 || securityGroups.length === 0 || (assignPublicIp !== "ENABLED" && assignPublicIp !== "DISABLED")) throw invalid("AwsvpcConfiguration has to have all of Subnets, SecurityGroups and AssignPublicIp, or NetworkConfiguration has to be left out.");
  return { subnets, securityGroups, assignPublicIp };
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : []);

function hooksOf(value: unknown): AppSpec["hooks"] {
  if (value === undefined) return {};
  if (!Array.isArray(value)) throw invalid("Hooks has to be a list.");
  const hooks: Partial<Record<HookName, string>> = {};
  for (const [key, name] of value.flatMap((entry) => new Fields(entry, "Hooks").entries())) {
    const event = hookNames.find((candidate) => candidate.toLowerCase() === key);
    if (event === undefined) throw invalid(`Hooks has ${key}, which is none of ${hookNames.join(", ")}.`);
    if (typeof name !== "string" || name === "") throw invalid(`The hook ${event} has to name a Lambda function.`);
    hooks[event] = name;
  }
  return hooks;
}
