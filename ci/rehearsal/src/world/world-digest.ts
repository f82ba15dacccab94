import { createHash } from "node:crypto";
import { chosenStacks } from "./terraform/read-terraform.ts";

/** Of what a rehearsal reads of the Terraform JSON, not of its layout: two with the same digest make the same world. Throws TerraformError. */
export function worldDigest(fileOrFolder: string, wanted?: readonly string[]): string {
  const stacks = chosenStacks(fileOrFolder, wanted);
  // Only other stacks refer to a name.
  return createHash("sha256").update(JSON.stringify(stacks.map(({ document, name }) => (stacks.length > 1 ? { name, document } : { document })))).digest("hex");
}
