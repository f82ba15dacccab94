import type { Parts } from "../parts.ts";
import { services } from "../services/registry.ts";
import { chosenStacks, type TerraformStack } from "./terraform/read-terraform.ts";
import { placeOf } from "./terraform/place.ts";
import { StackImport, type ImportState } from "./terraform/stack-import.ts";
import { TerraformError } from "./terraform/terraform-error.ts";

export { TerraformError };

export interface FromTerraformOptions {
  /** Of several stacks, those that are meant; all unless said otherwise. */
  readonly stacks?: readonly string[];
  /** For references that only a real AWS can answer, and variables without a default: `{ "aws_db_instance.main.address": "localhost" }`. */
  readonly values?: Readonly<Record<string, unknown>>;
}

export interface Imported {
  /** Addresses: `aws_ecs_service.main`. */
  readonly created: readonly string[];
  /** Of types that the rehearsal does not have. */
  readonly ignored: readonly string[];
  /** References to ignored resources that were answered with a name or an ARN of the right form. */
  readonly standIns: readonly string[];
}

/**
 * Makes the world that a synthesised Terraform JSON describes, by the same rules
 * as the services' own API. Throws TerraformError, naming the place, for what it
 * cannot read or resolve; the world is then half made and not to be used.
 */
export async function fromTerraform(fileOrFolder: string, parts: Parts, { stacks: wanted, values = {} }: FromTerraformOptions = {}): Promise<Imported> {
  const stacks = chosenStacks(fileOrFolder, wanted);
  for (const stack of stacks) checkPlace(stack, parts);
  for (const service of Object.values(services)) await service.load();
  const state: ImportState = { parts, stacks: new Map(), values, created: [], ignored: [], standIns: new Set() };
  for (const stack of stacks) state.stacks.set(stack.name, new StackImport(stack, state));
  for (const stack of state.stacks.values()) await stack.makeAll();
  const imported = { created: state.created, ignored: state.ignored, standIns: [...state.standIns] };
  parts.timeline.add("rehearsal", "world-made", { from: stacks.map(({ name }) => name), ...imported });
  parts.world.changed();
  return imported;
}

function checkPlace({ file, document }: TerraformStack, { world }: Parts): void {
  const { account, region } = placeOf(document);
  if (region !== undefined && region !== world.region) throw new TerraformError(`${file} is for ${region}, and this rehearsal's world is in ${world.region}: start it with that region.`);
  if (account !== undefined && account !== world.account) throw new TerraformError(`${file} is for the account ${account}, and this rehearsal's world is ${world.account}: begin with stacks of one account, such as those of one environment.`);
}
