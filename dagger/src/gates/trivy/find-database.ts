import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { z } from "zod";
import type { Step, StepFiles } from "../../engine/engine.ts";
import { StepError } from "../../engine/step-error.ts";
import { UnreadableReportError, type GateContext } from "../gate.ts";
import { parseJsonReport } from "../parse-report.ts";
import { checkAge, databaseMetadataSchema } from "./database-age.ts";

/**
 * Finds the vulnerability database before Trivy itself is fetched: without one
 * there is nothing that the gate could say.
 */

export type Database =
  | { readonly kind: "folder"; readonly files: readonly StepFiles[] }
  /** Named by its digest, so that what is downloaded is what was found. */
  | { readonly kind: "repository"; readonly reference: string; readonly digest: string; readonly standIns: readonly string[] };

/** Where Trivy looks for it. */
export const cacheFolder = "/trivy";
const databaseFiles = ["trivy.db", "metadata.json"];

/** Throws UnreadableReportError with what to do when there is none, or none that is young enough. */
export async function findDatabase(context: GateContext): Promise<Database> {
  const { database } = context.config.gates["image-scan"];
  if (database.startsWith("/")) return inMachine(database, context);
  if (database.startsWith("./")) return inTree(posix.normalize(database).replace(/\/$/, ""), context);
  return inRegistry(database, context);
}

async function inTree(folder: string, context: GateContext): Promise<Database> {
  const metadata = await context.engine.tree.read(posix.join(folder, "metadata.json"));
  const found = await context.engine.tree.find("trivy.db");
  if (metadata === undefined || !found.includes(posix.join(folder, "trivy.db"))) throw none(`the repository's folder ${folder} does not hold trivy.db and metadata.json, or Git ignores them.`);
  return inFolder("tree", folder, metadata, context);
}

async function inMachine(folder: string, context: GateContext): Promise<Database> {
  const metadata = "/database/metadata.json";
  const step = probeStep(context, { files: [{ from: "machine", path: posix.join(folder, "metadata.json"), to: metadata }], argv: ["cat", metadata], network: "none" });
  const result = await context.engine.run(step, context.signal).catch((error: unknown) => {
    throw error instanceof StepError && error.code === "SOURCE_UNREADABLE" ? none(error.message) : error;
  });
  return inFolder("machine", folder, result.commands[0]?.stdout ?? "", context);
}

function inFolder(from: "tree" | "machine", folder: string, metadata: string, context: GateContext): Database {
  checkAge(parseJsonReport("The database's metadata.json", metadata, databaseMetadataSchema).UpdatedAt, context);
  return { kind: "folder", files: databaseFiles.map((file) => ({ from, path: posix.join(folder, file), to: `${cacheFolder}/db/${file}` })) };
}

const answerSchema = z.union([z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), created: z.string().optional() }), z.object({ problem: z.string().min(1) })]);
const probePath = "/probe/probe-database.mjs";

async function inRegistry(repository: string, context: GateContext): Promise<Database> {
  const script = readFileSync(new URL("./probe-database.mjs", import.meta.url), "utf8");
  const result = await context.engine.run(
    probeStep(context, { files: [{ from: "text", content: script, to: probePath }], argv: ["node", probePath, repository], network: "registries" }),
    context.signal,
  );
  const answer = parseJsonReport("The question for the database", result.commands[0]?.stdout ?? "", answerSchema);
  if ("problem" in answer) throw none(answer.problem);
  // An old one need not be downloaded; a mirror may have dated it anew, so Trivy's own word counts in the end.
  if (answer.created !== undefined && Number.isFinite(Date.parse(answer.created))) checkAge(answer.created, context);
  const [name = repository] = repository.split("@");
  return { kind: "repository", reference: `${name.replace(/:[^/]*$/, "")}@${answer.digest}`, digest: answer.digest, standIns: result.standIns };
}

/** An hour is no age for a database; what could not be had is asked for anew each time. */
const hourMs = 3_600_000;

function probeStep(context: GateContext, { files, argv, network }: Pick<Step, "files" | "network"> & { argv: readonly string[] }): Step {
  return {
    name: "image-scan/database",
    image: { kind: "named", name: "node" },
    files,
    workdir: "/probe",
    commands: [{ argv, accept: [0, 1], keep: [0] }],
    env: { NODE_USE_ENV_PROXY: "1" },
    secrets: {},
    caches: {},
    outputs: [],
    timeoutMs: Math.min(context.timeoutMs, 60_000),
    memoryMb: 512,
    network,
    ...(network === "none" ? {} : { freshness: String(Math.floor(context.now / hourMs)) }),
  };
}

function none(why: string): UnreadableReportError {
  return new UnreadableReportError(`No vulnerability database: ${why} Give one in gates.image-scan.database of gitops.json: a mirror's repository, or a folder with trivy.db and metadata.json.`);
}
