import { attachRolePolicy, createOpenIdConnectProvider, createPolicy, createRole, putRolePolicy } from "../../../iam/create.ts";
import type { Importer } from "../importer.ts";
import { given } from "../values.ts";

export const iam: Readonly<Record<string, Importer>> = {
  aws_iam_role: {
    uses: ["name", "path", "assume_role_policy", "permissions_boundary", "max_session_duration", "inline_policy", "managed_policy_arns"],
    create(values, parts) {
      const role = createRole(parts, {
        RoleName: values.text("name"),
        AssumeRolePolicyDocument: values.text("assume_role_policy"),
        ...given({ Path: values.maybeText("path"), PermissionsBoundary: values.maybeText("permissions_boundary"), MaxSessionDuration: values.number("max_session_duration") }),
      } as Parameters<typeof createRole>[1]);
      for (const inline of values.blocks("inline_policy")) putRolePolicy(parts, { RoleName: role.name, PolicyName: inline.text("name"), PolicyDocument: inline.text("policy") });
      for (const PolicyArn of values.texts("managed_policy_arns")) attachRolePolicy(parts, { RoleName: role.name, PolicyArn });
      return { id: role.name, name: role.name, arn: role.arn, unique_id: role.id };
    },
  },
  aws_iam_policy: {
    uses: ["name", "path", "policy"],
    create(values, parts) {
      const path = values.maybeText("path");
      const policy = createPolicy(parts, { PolicyName: values.text("name"), PolicyDocument: values.text("policy"), ...(path === undefined ? {} : { Path: path }) });
      return { id: policy.arn, arn: policy.arn, name: policy.name };
    },
  },
  aws_iam_role_policy: {
    uses: ["name", "role", "policy"],
    create(values, parts) {
      const RoleName = values.text("role");
      const PolicyName = values.maybeText("name") ?? `terraform-${parts.ids.hex(26)}`;
      putRolePolicy(parts, { RoleName, PolicyName, PolicyDocument: values.text("policy") });
      return { id: `${RoleName}:${PolicyName}`, name: PolicyName };
    },
  },
  aws_iam_role_policy_attachment: {
    uses: ["role", "policy_arn"],
    create(values, parts) {
      const [RoleName, PolicyArn] = [values.text("role"), values.text("policy_arn")];
      attachRolePolicy(parts, { RoleName, PolicyArn });
      return { id: `${RoleName}-${PolicyArn}` };
    },
  },
  aws_iam_openid_connect_provider: {
    uses: ["url", "client_id_list"],
    create(values, parts) {
      const provider = createOpenIdConnectProvider(parts, { Url: values.text("url"), ClientIDList: values.texts("client_id_list") });
      return { id: provider.arn, arn: provider.arn, url: provider.url };
    },
  },
};
