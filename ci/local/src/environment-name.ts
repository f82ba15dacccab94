import { InvalidArgumentError } from "commander";

/** It is part of a file's name. */
export function environmentName(text: string): string {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(text)) throw new InvalidArgumentError("It must be the key of an environment in infrastructure.json.");
  return text;
}
