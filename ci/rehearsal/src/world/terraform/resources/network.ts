import type { Importer } from "../importer.ts";

/** The rehearsal has no EC2: these have ids to refer to, and nothing behind them. */

const withId = (prefix: string, kind: string): Importer => ({
  uses: [],
  create(_values, parts) {
    const id = `${prefix}-${parts.ids.hex(17)}`;
    return { id, arn: parts.world.arn("ec2", `${kind}/${id}`) };
  },
});

export const network: Readonly<Record<string, Importer>> = {
  aws_vpc: withId("vpc", "vpc"),
  aws_subnet: withId("subnet", "subnet"),
  aws_security_group: withId("sg", "security-group"),
};
