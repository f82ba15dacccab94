import { posix } from "node:path";
import type { InfrastructureConfig } from "../config.ts";
import { StepError } from "../engine/step-error.ts";
import type { StepResult } from "../engine/engine.ts";
import type { Finding, Suppression } from "../report/schema.ts";
import { joinParts, UnreadableReportError, type Evidence, type Gate, type GateContext } from "./gate.ts";
import { checkovStep, readCheckov } from "./terraform/checkov.ts";
import { controlsOf, controlsUnknown } from "./terraform/controls/aws-controls.ts";
import { resourcesOf, scanOf } from "./terraform/scan.ts";
import { readTerraformFiles, synthStep, treeStep } from "./terraform/terraform-files.ts";
import { parseTerraform, type TerraformDocument, type TerraformFile } from "./terraform/terraform-json.ts";
import { readTrivyConfig, trivyConfigStep } from "./terraform/trivy-config.ts";

/** Checkov, and Trivy where it is there, on the Terraform JSON that synth makes of this commit. */
export const infrastructure: Gate = {
  name: "infrastructure",
  tool: "Checkov, Trivy",
  blocksAt: "high",
  allowByRule: true,
  nothingToDo: (config) => (config.infrastructure === undefined ? "there is no infrastructure in gitops.json" : undefined),
  look: async (context) => {
    const { infrastructure: settings } = context.config;
    if (settings === undefined) throw new Error("the infrastructure gate has nothing to look at");
    // A registry may take its time to say that it has none.
    const hasTrivy = context.engine.has("trivy", context.signal);
    hasTrivy.catch(() => undefined);
    const synthesised = await synthesise(settings, context);
    return "fault" in synthesised ? synthesised.fault : lookAt(settings, synthesised.result, { ...context, hasTrivy: await hasTrivy });
  },
};

/** A synth that says no is the infrastructure's own fault, like a Dockerfile that does not build; one that cannot run is nobody's. */
async function synthesise(settings: InfrastructureConfig, context: GateContext): Promise<{ result: StepResult } | { fault: Evidence }> {
  const { synth } = settings;
  if (synth === undefined) return { result: await context.engine.run(treeStep(settings, context), context.signal) };
  try {
    const result = await context.engine.run(synthStep({ ...settings, synth }, context), context.signal);
    const command = result.commands[1];
    if (command === undefined) throw new UnreadableReportError("Synth did not run.");
    if (command.exitCode === 0) return { result };
    const log = `${command.stdout}${command.stderr}`;
    return { fault: faultOf({ rule: "synth-failed", title: `${synth.join(" ")} ended with exit code ${String(command.exitCode)}`, where: settings.path, log, ...result }) };
  } catch (error) {
    if (!(error instanceof StepError) || error.code !== "BUILD_FAILED") throw error;
    return { fault: faultOf({ rule: "build-failed", title: error.message, where: posix.join(settings.path, settings.dockerfile), log: error.log, cached: false, standIns: [] }) };
  }
}

function faultOf(fault: { rule: string; title: string; where: string; log: string; cached: boolean; standIns: readonly string[] }): Evidence {
  const { rule, title, where, log, cached, standIns } = fault;
  return {
    toolVersion: "not run",
    lookedAt: { count: 0, unit: "resources" },
    findings: [{ gate: "infrastructure", id: `${rule}:${where}`, rule, severity: "critical", title, where, unfinished: true }],
    suppressions: [],
    gaps: [],
    cached,
    standIns,
    raw: new Map([["synth.log", log]]),
    controls: controlsUnknown("there is no Terraform JSON to judge by: synth failed"),
  };
}

async function lookAt(settings: InfrastructureConfig, synthesised: StepResult, context: GateContext & { readonly hasTrivy: boolean }): Promise<Evidence> {
  const listed = readTerraformFiles(settings, synthesised);
  const { documents, gaps } = readDocuments(listed.files, listed.gaps);
  if (!documents.some((document) => document.blocks.some((block) => block.kind === "resource"))) {
    throw new UnreadableReportError(["The Terraform JSON has no resource: there is nothing to look at.", ...gaps].join(" "));
  }
  const scan = scanOf(documents);
  const seen = await joinParts({
    Checkov: async () => readCheckov(scan, await context.engine.run(checkovStep(scan, context), context.signal)),
    ...(context.hasTrivy ? { Trivy: async () => readTrivyConfig(scan, await context.engine.run(trivyConfigStep(scan, context), context.signal)) } : {}),
  });
  return {
    ...seen,
    // Both look at the same resources.
    lookedAt: { count: resourcesOf(scan).length, unit: "resources" },
    findings: [...documents.flatMap(moduleFindings), ...seen.findings],
    suppressions: [...documents.flatMap(markers), ...seen.suppressions],
    gaps: [...gaps, ...seen.gaps],
    cached: seen.cached && synthesised.cached,
    standIns: [...new Set([...synthesised.standIns, ...seen.standIns])],
    raw: new Map([...logOf(synthesised), ...seen.raw]),
    facts: [...(seen.facts ?? []), ...(context.hasTrivy ? [] : [{ name: "Trivy", value: "not here: Checkov alone has looked" }])],
    controls: gaps.length === 0 ? controlsOf(documents) : controlsUnknown("not all of the infrastructure could be read"),
  };
}

/** One file that cannot be read hides no other's faults. */
function readDocuments(files: readonly TerraformFile[], before: readonly string[]): { documents: TerraformDocument[]; gaps: string[] } {
  const documents: TerraformDocument[] = [];
  const gaps = [...before];
  for (const file of files) {
    try {
      documents.push(parseTerraform(file));
    } catch (error) {
      if (!(error instanceof UnreadableReportError)) throw error;
      gaps.push(error.message);
    }
  }
  return { documents, gaps };
}

/** A module's content is elsewhere: nobody has looked at it, and somebody has to answer for that. */
function moduleFindings({ path, modules }: TerraformDocument): Finding[] {
  return modules.map((name) => {
    const where = `${path}:module.${name}`;
    return { gate: "infrastructure", id: `module-not-looked-at:${where}`, rule: "module-not-looked-at", severity: "high", title: "A module's content is not part of the Terraform JSON, and is not looked at", where };
  });
}

/** Comments that silence a scanner in other languages. In Terraform JSON neither heeds them today; a later version may. */
function markers({ path, blocks }: TerraformDocument): Suppression[] {
  return blocks.flatMap(({ address, body }) =>
    [...new Set(JSON.stringify(body).match(/checkov:skip|trivy:ignore|tfsec:ignore/g) ?? [])].map((marker) => ({ marker, where: `${path}:${address}` })),
  );
}

function logOf(result: StepResult): [string, string][] {
  const synth = result.commands.length > 1 ? result.commands[1] : undefined;
  return synth === undefined ? [] : [["synth.log", `${synth.stdout}${synth.stderr}`]];
}
