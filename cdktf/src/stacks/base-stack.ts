import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { TerraformElement, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";

export interface StackPlace {
  readonly account: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A stack for one account and region; Terraform refuses to run it with another account's credentials. */
export class BaseStack extends TerraformStack {
  constructor(scope: Construct, id: string, { account, region, tags }: StackPlace) {
    super(scope, id);
    new AwsProvider(this, "aws", { region, allowedAccountIds: [account], defaultTags: [{ tags: { ...tags } }] });
  }

  /**
   * A resource is called in the JSON, in plans and in the state as its construct's path,
   * without CDKTF's hash: people read all three. Two of one type and path cannot be.
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const path = node.scopes.slice(node.scopes.indexOf(this) + 1).map(({ node: { id } }) => id);
    return path.join("-").replaceAll(/[^\w-]+/g, "-");
  }
}
