import type { ModuleArgument, ModuleFunctions } from "./module-functions.ts";

/** What a command line of Dagger asks for. */
export interface DaggerCall {
  readonly global: Readonly<Record<string, string | true>>;
  readonly function: string;
  readonly args: Readonly<Record<string, string | true>>;
  /** What is done with what the function gives: `export --path out`. */
  readonly then: readonly string[];
}

/** Reads the words after `dagger`. Throws what the module would refuse, in a sentence. */
export function readDaggerCall([command, ...words]: readonly string[], { functions, global }: ModuleFunctions): DaggerCall {
  if (command !== "call") throw new Error(`dagger ${command ?? ""} is no call of a function of the module.`);
  const before = readFlags(words, global, "the module");
  const [name, ...after] = before.rest;
  if (name === undefined) throw new Error("dagger call names no function.");
  const found = functions.get(name);
  if (found === undefined) throw new Error(`The module has no function ${name}.`);
  const { flags, rest } = readFlags(after, found.args, name);
  const missing = found.args.filter((argument) => argument.isRequired && flags[argument.name] === undefined);
  if (missing.length > 0) throw new Error(`${name} needs --${missing.map((argument) => argument.name).join(" and --")}.`);
  if (rest.length > 0 && !isExport(rest, found.returns)) throw new Error(`${name} gives ${found.returns}, with which "${rest.join(" ")}" cannot be done.`);
  return { global: before.flags, function: name, args: flags, then: rest };
}

const isExport = ([verb, flag, path, ...more]: readonly string[], returns: string): boolean => verb === "export" && flag === "--path" && path !== undefined && more.length === 0 && /^Promise<(Directory|File)>$/.test(returns);

function readFlags(words: readonly string[], known: readonly ModuleArgument[], of: string): { flags: Record<string, string | true>; rest: readonly string[] } {
  const flags: Record<string, string | true> = {};
  let at = 0;
  for (let word = words[at]; word?.startsWith("-") === true; word = words[at]) {
    const argument = known.find(({ name }) => `--${name}` === word);
    if (argument === undefined) throw new Error(`${of} has no argument ${word}.`);
    const value = argument.isBoolean ? true : words[at + 1];
    if (value === undefined) throw new Error(`${word} has no value.`);
    flags[argument.name] = value;
    at += argument.isBoolean ? 1 : 2;
  }
  return { flags, rest: words.slice(at) };
}
