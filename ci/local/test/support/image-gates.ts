import { parseConfig } from "../../../../dagger/src/config.ts";
import type { Engine } from "../../../../dagger/src/engine/engine.ts";
import { evidenceOfFailure, type Evidence, type Gate } from "../../../../dagger/src/gates/gate.ts";
import { decideGate, type GateDecision } from "../../../../dagger/src/gates/policy.ts";
import { imageCases } from "../../../../dagger/test/record/image-cases.ts";
import { scratchRepository, writeFiles, type Files } from "./scratch.ts";
import { unending } from "./local-engine.ts";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Services whose images are those of the recorded cases: a few files on nothing. */

/** The files of a case, as they lie in its service's folder. */
function filesOf(service: string, name: string): Files {
  const layers = imageCases[name]?.layers;
  if (layers === undefined) throw new Error(`no image case ${name}`);
  const root = layers.flatMap(({ files }) => Object.entries(files)).map(([path, content]) => [`${service}/root/${path}`, content.toString("utf8")] as const);
  return { [`${service}/Dockerfile`]: "FROM scratch AS runtime\nCOPY root /\n", ...Object.fromEntries(root) };
}

/** A repository with a service for each case. `gates` goes into its gitops.json. */
export async function imageRepository(services: Readonly<Record<string, string>>, gates: object = {}, more: Files = {}): Promise<string> {
  const config = { project: "scratch", services: Object.fromEntries(Object.keys(services).map((service) => [service, { path: service }])), gates };
  const files = Object.entries(services).map(([service, name]) => filesOf(service, name));
  return scratchRepository(Object.assign({ "gitops.json": JSON.stringify(config), ".gitignore": "out/\n" }, ...files, more) as Files);
}

/** Gives a service the image of another case. */
export const changeCase = async (root: string, service: string, name: string): Promise<void> => writeFiles(root, filesOf(service, name));

export interface Seen {
  readonly evidence: Evidence;
  readonly decision: GateDecision;
  /** `severity rule where`, sorted. */
  readonly findings: readonly string[];
}

/** What a gate sees of the repository with an engine that was opened on it. */
export async function lookWith(gate: Gate, engine: Engine, root: string, now: number): Promise<Seen> {
  const config = parseConfig(await readFile(join(root, "gitops.json"), "utf8"));
  const repository = { commit: "0123456789abcdef0123456789abcdef01234567", dirty: false, shallow: false, onOrigin: [] };
  const evidence = await gate.look({ config, repository, engine, timeoutMs: 300_000, signal: unending, now }).catch(evidenceOfFailure);
  return { evidence, decision: decideGate(evidence, gate.blocksAt), findings: evidence.findings.map((finding) => `${finding.severity} ${finding.rule} ${finding.where}`).toSorted() };
}
