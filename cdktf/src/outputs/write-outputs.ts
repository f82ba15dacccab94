import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";

/** A value that Terraform gives out, and what it is; undefined where this stack has no such thing. */
export interface Output {
  readonly value: string | number | boolean | readonly string[] | undefined;
  readonly description: string;
}

export const output = (value: Output["value"], description: string): Output => ({ value, description });

/** Gives them out under their own names; none of them is a secret, and a rule holds that. */
export function writeOutputs(stack: Construct, outputs: Readonly<Record<string, Output>>): void {
  for (const [name, { value, description }] of Object.entries(outputs)) {
    if (value !== undefined) new TerraformOutput(stack, name, { value: Array.isArray(value) ? [...(value as readonly string[])] : value, description });
  }
}
