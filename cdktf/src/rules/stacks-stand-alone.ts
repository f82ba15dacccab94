import { faultAt, type Rule } from "./rule.ts";

/** A stack reads no other one's state, and runs no program where it is applied. */
export const stacksStandAlone: Rule = {
  name: "stacks-stand-alone",
  look: ({ blocks }) =>
    blocks.flatMap((block) => {
      if (block.type === "terraform_remote_state") return [faultAt(block, "reads another stack's state, with all that is in it; a name or an ARN that is made of names would do")];
      return ["provisioner", "connection"].some((key) => key in block.body) || block.type === "null_resource" || block.type === "external" ? [faultAt(block, "runs a program on the machine that applies it; nothing that Terraform cannot plan would do")] : [];
    }),
};
