import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { z } from "zod";
import { applicationSchema } from "../../src/settings/application.ts";
import { resolve, type Account, type Environment } from "../../src/settings/resolve.ts";
import { settingsSchema } from "../../src/settings/settings-schema.ts";
import { BaseStack } from "../../src/stacks/base-stack.ts";
import { EnvironmentStack } from "../../src/stacks/environment-stack.ts";

export const accountId = "111122223333";
const gitops: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "../../../gitops.json"), "utf8"));

export interface Given {
  /** Of infrastructure.json, for the one environment `lab`. */
  readonly environment?: object;
  readonly account?: object;
  /** Members of gitops.json's `release` that are another than this repository's. */
  readonly release?: object;
}

function resolved({ environment = {}, account = {}, release = {} }: Given) {
  const application = applicationSchema.parse(gitops);
  const settings = settingsSchema.parse({ accounts: { only: { id: accountId, monthlyBudgetUsd: 100, ...account } }, environments: { lab: { account: "only", ...environment } } });
  return resolve(settings, { ...application, release: applicationSchema.shape.release.parse({ ...application.release, ...release }) });
}

/** The one environment that these settings give. */
export const environmentOf = (given: Given = {}): Environment => resolved(given).environments[0] ?? fail();
/** And its account. */
export const accountOf = (given: Given = {}): Account => resolved(given).accounts[0] ?? fail();

const fail = (): never => {
  throw new Error("these settings give none");
};

const body = z.record(z.string(), z.unknown());
const blocks = z.record(z.string(), z.record(z.string(), body)).default({});
const synthesisedSchema = z.looseObject({ resource: blocks, data: blocks, output: z.record(z.string(), body).default({}) });

/** A stack's JSON, to be asked for its parts. */
export class Synthesised {
  readonly json: z.infer<typeof synthesisedSchema>;

  constructor(stack: TerraformStack) {
    stack.prepareStack();
    this.json = synthesisedSchema.parse(JSON.parse(JSON.stringify(stack.toTerraform())));
  }

  /** All of a type, by the name that Terraform has for each. */
  all(type: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    return Object.fromEntries(Object.entries(this.json[type.startsWith("data.") ? "data" : "resource"][type.replace("data.", "")] ?? {}).map(([name, block]) => [name, Object.fromEntries(Object.entries(block).filter(([key]) => key !== "//"))]));
  }

  /** The only one of a type, or the one of that name. */
  one(type: string, name?: string): Readonly<Record<string, unknown>> {
    const found = Object.entries(this.all(type)).filter(([key]) => name === undefined || key === name);
    const [only] = found;
    if (only === undefined || found.length > 1) throw new Error(`there is not one ${type} ${name ?? ""}, but: ${Object.keys(this.all(type)).join(", ")}`);
    return only[1];
  }
}

/** CDKTF makes its folder at once; nothing is written into it here. */
export function testApp(): App {
  const outdir = mkdtempSync(join(tmpdir(), "synth-"));
  const app = new App({ outdir });
  rmSync(outdir, { recursive: true });
  return app;
}

/** One environment's whole stack; made once for all tests of a file that look at it. */
export function environmentStack(given: Given = {}): Synthesised {
  const key = JSON.stringify(given);
  const found = made.get(key) ?? new Synthesised(new EnvironmentStack(testApp(), environmentOf(given)));
  made.set(key, found);
  return found;
}

const made = new Map<string, Synthesised>();

/** Nothing but what is made here. */
export function constructed(make: (scope: Construct) => void): Synthesised {
  const stack = new BaseStack(testApp(), "test", { account: accountId, region: "eu-west-1", tags: {} });
  make(stack);
  return new Synthesised(stack);
}
