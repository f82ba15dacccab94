import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

/** GitHub's files, as far as these use them; what nobody promised is refused. */

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const values = z.record(z.string(), scalar).default({});

const step = z.strictObject({
  name: z.string().optional(),
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: values,
  run: z.string().optional(),
  shell: z.string().optional(),
  env: values,
});

const job = z.strictObject({
  if: z.string().optional(),
  needs: z.array(z.string()).default([]),
  "runs-on": z.string(),
  "timeout-minutes": z.number(),
  environment: z.string().optional(),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  steps: z.array(step),
});

const input = z.strictObject({ description: z.string(), type: z.enum(["choice", "string"]).optional(), options: z.array(z.string()).optional(), default: z.string().optional(), required: z.boolean().optional() });

export const workflowSchema = z.strictObject({
  name: z.string(),
  "run-name": z.string().optional(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": scalar }),
  jobs: z.record(z.string(), job),
});

export const actionSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), input),
  runs: z.strictObject({ using: z.literal("composite"), steps: z.array(step) }),
});

export type Workflow = z.infer<typeof workflowSchema>;
export type Job = z.infer<typeof job>;
export type WorkflowStep = z.infer<typeof step>;
export type Action = z.infer<typeof actionSchema>;

export const readWorkflow = (path: string): Workflow => workflowSchema.parse(parse(readFileSync(path, "utf8")));
export const readAction = (path: string): Action => actionSchema.parse(parse(readFileSync(path, "utf8")));

const dispatch = z.object({ workflow_dispatch: z.object({ inputs: z.record(z.string(), input) }) });

/** What somebody may choose from when they start a workflow by hand. */
export const choicesOf = ({ on }: Workflow, name: string): readonly string[] => dispatch.parse(on).workflow_dispatch.inputs[name]?.options ?? [];
