import { AwsError } from "../protocol/aws-error.ts";
import type { Parts } from "../parts.ts";
import { awsManagedPolicy } from "./managed-policies.ts";
import { readPolicy } from "./policy.ts";
import { iamSlice, type ManagedPolicyRecord, type OidcProviderRecord, type RoleRecord } from "./state.ts";

/** What makes roles and policies, by the rules of IAM; the rehearsal has no IAM API, so these are called when a world is read. */

export interface CreateRoleInput {
  readonly RoleName: string;
  readonly Path?: string;
  readonly AssumeRolePolicyDocument: string;
  readonly PermissionsBoundary?: string;
  /** Seconds; 3600 unless said otherwise. */
  readonly MaxSessionDuration?: number;
}

export function createRole(parts: Parts, input: CreateRoleInput): RoleRecord {
  const { roles } = parts.world.slice(iamSlice);
  if (roles.some(({ name }) => name === input.RoleName)) throw new AwsError("EntityAlreadyExistsException", `Role with name ${input.RoleName} already exists.`, { status: 409 });
  const role: RoleRecord = {
    name: input.RoleName,
    arn: `arn:aws:iam::${parts.world.account}:role${input.Path ?? "/"}${input.RoleName}`,
    id: `AROA${parts.ids.key(17)}`,
    trustPolicy: readPolicy(input.AssumeRolePolicyDocument, `the trust of role ${input.RoleName}`, "trust"),
    inlinePolicies: {},
    attachedPolicyArns: [],
    ...(input.PermissionsBoundary === undefined ? {} : { permissionsBoundaryArn: existingPolicy(parts, input.PermissionsBoundary) }),
    maxSessionSeconds: input.MaxSessionDuration ?? 3600,
  };
  roles.push(role);
  return role;
}

export function createPolicy(parts: Parts, input: { readonly PolicyName: string; readonly Path?: string; readonly PolicyDocument: string }): ManagedPolicyRecord {
  const { policies } = parts.world.slice(iamSlice);
  const arn = `arn:aws:iam::${parts.world.account}:policy${input.Path ?? "/"}${input.PolicyName}`;
  if (policies.some((policy) => policy.arn === arn)) throw new AwsError("EntityAlreadyExistsException", `A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`, { status: 409 });
  const policy = { name: input.PolicyName, arn, document: readPolicy(input.PolicyDocument, `policy ${input.PolicyName}`) };
  policies.push(policy);
  return policy;
}

export function putRolePolicy(parts: Parts, input: { readonly RoleName: string; readonly PolicyName: string; readonly PolicyDocument: string }): void {
  existingRole(parts, input.RoleName).inlinePolicies[input.PolicyName] = readPolicy(input.PolicyDocument, `policy ${input.PolicyName} of role ${input.RoleName}`);
}

export function attachRolePolicy(parts: Parts, input: { readonly RoleName: string; readonly PolicyArn: string }): void {
  const role = existingRole(parts, input.RoleName);
  const arn = existingPolicy(parts, input.PolicyArn);
  if (!role.attachedPolicyArns.includes(arn)) role.attachedPolicyArns.push(arn);
}

export function createOpenIdConnectProvider(parts: Parts, input: { readonly Url: string; readonly ClientIDList: readonly string[] }): OidcProviderRecord {
  const url = input.Url.replace(/^https:\/\//, "").replace(/\/$/, "");
  const provider = { arn: `arn:aws:iam::${parts.world.account}:oidc-provider/${url}`, url, clientIds: [...input.ClientIDList] };
  parts.world.slice(iamSlice).oidcProviders.push(provider);
  return provider;
}

function existingRole(parts: Parts, nameOf: string): RoleRecord {
  const role = parts.world.slice(iamSlice).roles.find(({ name }) => name === nameOf);
  if (role === undefined) throw new AwsError("NoSuchEntityException", `The role with name ${nameOf} cannot be found.`, { status: 404 });
  return role;
}

/** Its ARN, when its contents are known: a policy that cannot be judged is refused at once. */
function existingPolicy(parts: Parts, arn: string): string {
  if (parts.world.slice(iamSlice).policies.some((policy) => policy.arn === arn) || awsManagedPolicy(arn) !== undefined) return arn;
  if (arn.startsWith("arn:aws:iam::aws:policy/")) throw new AwsError("NotImplemented", `The rehearsal does not have the contents of AWS's policy ${arn}. They would be in ci/rehearsal/src/iam/managed-policies.ts.`, { status: 501 });
  throw new AwsError("NoSuchEntityException", `Policy ${arn} does not exist or is not attachable.`, { status: 404 });
}
