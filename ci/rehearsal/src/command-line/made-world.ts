import type { Parts } from "../parts.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { fromTerraform, type Imported } from "../world/from-terraform.ts";
import { placeOf, type Place } from "../world/terraform/place.ts";
import { chosenStacks } from "../world/terraform/read-terraform.ts";
import { TerraformError } from "../world/terraform/terraform-error.ts";

/** Where the stacks are to be. Throws RehearsalError BAD_WORLD for what the file itself says wrong, before anything is made of it. */
export function requireTerraform(fileOrFolder: string, stacks: readonly string[]): Place {
  try {
    const [first] = chosenStacks(fileOrFolder, stacks);
    return first === undefined ? {} : placeOf(first.document);
  } catch (error) {
    throw badWorld(fileOrFolder, error);
  }
}

/** The world of that file. Throws RehearsalError BAD_WORLD, naming the place in it. */
export async function madeFrom(fileOrFolder: string, parts: Parts, stacks: readonly string[]): Promise<Imported> {
  try {
    return await fromTerraform(fileOrFolder, parts, { stacks });
  } catch (error) {
    throw badWorld(fileOrFolder, error);
  }
}

function badWorld(fileOrFolder: string, error: unknown): unknown {
  if (!(error instanceof TerraformError)) return error;
  const place = error.message.includes(fileOrFolder) ? "" : ` of ${fileOrFolder}`;
  return new RehearsalError("BAD_WORLD", `No world can be made${place}: ${error.message.replace(/\.$/, "")}. Nothing was started.`, "Mend it, or name another with --world.");
}
