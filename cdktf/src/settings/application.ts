import { z } from "zod";

/**
 * What the infrastructure takes from gitops.json, so that ports, names and secrets
 * are written once. The pipeline's own parser knows all of that file; this one
 * knows these keys and lets the others be.
 */
const nameOf = z.string().optional();

export const applicationSchema = z.object({
  project: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, "must be 1 to 20 lower-case letters, digits or hyphens, beginning with a letter"),
  services: z.record(z.string(), z.unknown()),
  releaseBranch: z.string().default("main"),
  release: z.object({
    region: z.string().default("eu-west-1"),
    cluster: nameOf,
    service: nameOf,
    family: nameOf,
    application: nameOf,
    deploymentGroup: nameOf,
    executionRole: nameOf,
    taskRole: nameOf,
    container: z.string(),
    port: z.number().int(),
    taskDefinition: z.string().default("services/task-definition.json"),
    repositories: z.record(z.string(), z.string()).default({}),
    secrets: z.record(z.string(), z.string()).default({}),
    values: z.record(z.string(), z.string()).default({}),
    approve: z.boolean().default(false),
    hooks: z.record(z.string(), z.string()).default({}),
    analysis: z.object({ probes: z.array(z.unknown()).default([]) }).prefault({}),
  }),
});

export type Application = z.infer<typeof applicationSchema>;
