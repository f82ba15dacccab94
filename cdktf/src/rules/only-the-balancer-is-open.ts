import { resourcesOf, textOf, textsOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";
import type { Body } from "./stack-document.ts";

const everybody = ["0.0.0.0/0", "::/0"];

/** The internet reaches ports 80 and 443 and no other; every rule is a resource of its own and says what it is for. */
export const onlyTheBalancerIsOpen: Rule = {
  name: "only-the-balancer-is-open",
  look: (stack) => [
    ...eachOf(resourcesOf(stack, "aws_security_group", "aws_default_security_group"), ({ body }) => (["ingress", "egress"].some((key) => Array.isArray(body[key]) && body[key].length > 0) ? "has rules within it, which scanners overlook; rules as resources of their own would do" : undefined)),
    ...eachOf(resourcesOf(stack, "aws_vpc_security_group_ingress_rule", "aws_security_group_rule"), ({ type, body }) => {
      if ((textOf(body, "description") ?? "") === "") return "does not say what it is for; a description would do";
      if (type === "aws_security_group_rule" && textOf(body, "type") !== "ingress") return undefined;
      if (!rangesOf(body).some((range) => everybody.includes(range))) return undefined;
      const [from, to] = [textOf(body, "from_port"), textOf(body, "to_port")];
      return from === to && (from === "80" || from === "443") ? undefined : `lets the whole internet to port ${from ?? "any"}${from === to ? "" : ` to ${to ?? "any"}`}; the ranges that need it would do`;
    }),
    ...eachOf(resourcesOf(stack, "aws_vpc_security_group_ingress_rule", "aws_security_group_rule"), ({ body }) => (textOf(body, "from_port") === "22" || (Number(textOf(body, "from_port")) < 22 && Number(textOf(body, "to_port")) >= 22) ? "opens the port of SSH; Session Manager would do" : undefined)),
  ],
};

const rangesOf = (body: Body): string[] => ["cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks"].flatMap((key) => textsOf(body, key));
