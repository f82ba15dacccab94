/** A Terraform JSON that a world cannot be made from. The message names the place in it. */
export class TerraformError extends Error {
  override readonly name = "TerraformError";
}
