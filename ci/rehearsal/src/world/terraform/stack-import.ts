import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { dataSources } from "./data-sources.ts";
import { evaluateValue } from "./expression.ts";
import { importerOf, isImported } from "./importers.ts";
import type { Attributes, Importer } from "./importer.ts";
import type { TerraformStack } from "./read-terraform.ts";
import { turnsOf } from "./order.ts";
import { standIn } from "./stand-in.ts";
import { TerraformError } from "./terraform-error.ts";
import { Values } from "./values.ts";

export interface ImportState {
  readonly parts: Parts;
  readonly stacks: Map<string, StackImport>;
  /** Given for what only a real AWS would know: `aws_db_instance.main.address`. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly created: string[];
  readonly ignored: string[];
  readonly standIns: Set<string>;
}

type Path = readonly (string | number)[];

/** Makes what a stack describes; each resource when something refers to it, or when its turn comes. */
export class StackImport {
  readonly #stack: TerraformStack;
  readonly #state: ImportState;
  readonly #made = new Map<string, Attributes>();
  /** What is being made now, outermost first: a resource that needs itself is found by it. */
  readonly #making: string[] = [];

  constructor(stack: TerraformStack, state: ImportState) {
    this.#stack = stack;
    this.#state = state;
  }

  async makeAll(): Promise<void> {
    const turns = turnsOf(this.#stack.document);
    // Loaded before, so that no timer runs while the world is half made.
    for (const [type] of turns) await importerOf(type);
    for (const [type, name] of turns) {
      if (isImported(type)) await this.#resource(type, name);
      else this.#state.ignored.push(`${type}.${name}`);
    }
  }

  /** For another stack that refers to it. */
  async output(name: string, where: string): Promise<unknown> {
    const output = this.#stack.document.output[name];
    if (output === undefined) throw new TerraformError(`${where} refers to the output ${name} of stack ${this.#stack.name}, which has none of that name.`);
    return this.#evaluate(output.value, `output.${name}`);
  }

  async #evaluate(value: unknown, where: string): Promise<unknown> {
    return evaluateValue(value, async (path) => this.#resolve(path, where), where);
  }

  async #resolve(path: Path, where: string): Promise<unknown> {
    const [first = "", second = "", third = ""] = path.map(String);
    const given = this.#state.values[path.join(".")];
    if (given !== undefined) return given;
    if (first === "var") return walk(this.#variable(second, where), path.slice(2), path, where);
    if (first === "local") return walk(await this.#local(second, where), path.slice(2), path, where);
    if (first === "data") return second === "terraform_remote_state" ? this.#remote(third, path, where) : this.#data(second, third, path, where);
    if (["each", "count", "self", "module", "path", "terraform"].includes(first)) throw unknownReference(path, where, "the rehearsal does not have it");
    if (this.#stack.document.resource[first]?.[second] === undefined) throw unknownReference(path, where, "there is no such resource");
    return this.#attribute(first, second, path, where);
  }

  async #attribute(type: string, name: string, path: Path, where: string): Promise<unknown> {
    const attribute = String(path[2] ?? "");
    const block = this.#stack.document.resource[type]?.[name] ?? {};
    if (isImported(type)) {
      const made = await this.#resource(type, name);
      if (made[attribute] !== undefined) return walk(made[attribute], path.slice(3), path, where);
    }
    if (block[attribute] !== undefined) return walk(await this.#evaluate(block[attribute], `${type}.${name}.${attribute}`), path.slice(3), path, where);
    const substitute = isImported(type) ? undefined : standIn(type, name, path.slice(2).map(String), this.#state.parts);
    if (substitute === undefined) throw unknownReference(path, where, isImported(type) ? "the rehearsal does not know that attribute" : `the rehearsal ignores ${type}; give the value under "values"`);
    this.#state.standIns.add(path.join("."));
    return substitute;
  }

  async #resource(type: string, name: string): Promise<Attributes> {
    const address = `${type}.${name}`;
    const before = this.#made.get(address);
    if (before !== undefined) return before;
    if (this.#making.includes(address)) throw new TerraformError(`These need each other: ${[...this.#making.slice(this.#making.indexOf(address)), address].join(" → ")}.`);
    this.#making.push(address);
    const block = this.#stack.document.resource[type]?.[name] ?? {};
    for (const member of ["count", "for_each", "dynamic"]) if (block[member] !== undefined) throw new TerraformError(`${address} has ${member}, which the rehearsal does not read: write each resource out.`);
    for (const needed of [block["depends_on"] ?? []].flat().map(String)) {
      const [neededType = "", neededName = ""] = needed.split(".");
      if (isImported(neededType)) await this.#resource(neededType, neededName);
    }
    const importer = await importerOf(type);
    if (importer === undefined) throw new TerraformError(`${address}: the rehearsal cannot make a ${type}.`);
    const attributes = await this.#make(importer, address, block);
    this.#making.pop();
    this.#made.set(address, attributes);
    this.#state.created.push(address);
    return attributes;
  }

  async #make({ uses, create }: Importer, address: string, block: Readonly<Record<string, unknown>>): Promise<Attributes> {
    const used: Record<string, unknown> = {};
    for (const name of uses) if (block[name] !== undefined) used[name] = await this.#evaluate(block[name], `${address}.${name}`);
    try {
      return await create(new Values(address, used), this.#state.parts);
    } catch (error) {
      if (error instanceof TerraformError && !error.message.startsWith(address)) throw new TerraformError(`${address}: ${error.message}`);
      if (error instanceof AwsError) throw new TerraformError(`${address}: ${error.name}: ${error.message}`);
      throw error;
    }
  }

  #variable(name: string, where: string): unknown {
    const given = this.#state.values[`var.${name}`];
    if (given !== undefined) return given;
    const variable = this.#stack.document.variable[name];
    if (variable === undefined) throw new TerraformError(`${where} refers to var.${name}, and there is no such variable.`);
    if (!("default" in variable)) throw new TerraformError(`${where} needs var.${name}, which has no default: give it under "values".`);
    return variable["default"];
  }

  async #local(name: string, where: string): Promise<unknown> {
    const { locals } = this.#stack.document;
    if (!(name in locals)) throw new TerraformError(`${where} refers to local.${name}, and there is no such local value.`);
    return this.#evaluate(locals[name], `local.${name}`);
  }

  async #data(type: string, name: string, path: Path, where: string): Promise<unknown> {
    const block = this.#stack.document.data[type]?.[name];
    if (block === undefined) throw unknownReference(path, where, "there is no such data source");
    const source = dataSources[type];
    if (source === undefined) throw unknownReference(path, where, `the rehearsal does not have the data source ${type}; give the value under "values"`);
    const address = `data.${type}.${name}`;
    const values = new Values(address, (await this.#evaluate(block, address)) as Record<string, unknown>);
    return walk(source(values, this.#state.parts), path.slice(3), path, where);
  }

  /** CDKTF's way from stack to stack: `data.terraform_remote_state.cross-stack-reference-input-<stack>.outputs.<name>`. */
  async #remote(name: string, path: Path, where: string): Promise<unknown> {
    const stackName = name.replace(/^cross-stack-reference-input-/, "");
    const other = this.#state.stacks.get(stackName);
    if (other === undefined || path[3] !== "outputs") throw unknownReference(path, where, `there is no stack ${stackName} beside this one`);
    return walk(await other.output(String(path[4] ?? ""), where), path.slice(5), path, where);
  }
}

function walk(value: unknown, rest: Path, path: Path, where: string): unknown {
  let found = value;
  for (const key of rest) {
    found = typeof found === "object" && found !== null ? (found as Record<string | number, unknown>)[key] : undefined;
    if (found === undefined) throw unknownReference(path, where, `it has no ${String(key)}`);
  }
  return found;
}

const unknownReference = (path: Path, where: string, why: string): TerraformError => new TerraformError(`${where} refers to ${path.join(".")}, and ${why}.`);
