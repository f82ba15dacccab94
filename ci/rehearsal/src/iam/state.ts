import { z } from "zod";
import type { Slice } from "../world/world.ts";
import { policySchema } from "./policy.ts";

const roleSchema = z.object({
  name: z.string(),
  arn: z.string(),
  /** `AROA…` */
  id: z.string(),
  trustPolicy: policySchema,
  inlinePolicies: z.record(z.string(), policySchema),
  attachedPolicyArns: z.array(z.string()),
  permissionsBoundaryArn: z.string().optional(),
  maxSessionSeconds: z.number(),
});
export type RoleRecord = z.infer<typeof roleSchema>;

const managedPolicySchema = z.object({ name: z.string(), arn: z.string(), document: policySchema });
export type ManagedPolicyRecord = z.infer<typeof managedPolicySchema>;

/** `url` is without its `https://`, as its condition keys have it. */
const oidcProviderSchema = z.object({ arn: z.string(), url: z.string(), clientIds: z.array(z.string()) });
export type OidcProviderRecord = z.infer<typeof oidcProviderSchema>;

const iamSchema = z.object({ roles: z.array(roleSchema), policies: z.array(managedPolicySchema), oidcProviders: z.array(oidcProviderSchema) });

export const iamSlice: Slice<z.infer<typeof iamSchema>> = { name: "iam", schema: iamSchema, empty: () => ({ roles: [], policies: [], oidcProviders: [] }) };
