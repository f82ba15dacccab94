import { bodies, isTrue, resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** Hosts are reached by Session Manager, which logs shells: no key, no public address, and credentials only for whoever asks with a token. */
export const noSsh: Rule = {
  name: "no-ssh",
  look: (stack) => [
    ...eachOf(resourcesOf(stack, "aws_key_pair"), () => "is a key for SSH; Session Manager needs none"),
    ...eachOf(resourcesOf(stack, "aws_instance", "aws_launch_template"), ({ body }) => {
      if ("key_name" in body) return "has a key for SSH; Session Manager needs none";
      if (isTrue(body, "associate_public_ip_address")) return "has a public address; a private subnet would do";
      return bodies(body, "metadata_options").some((options) => textOf(options, "http_tokens") === "required") ? undefined : "gives its credentials to whoever asks without a token; metadata_options http_tokens required would do";
    }),
  ],
};
