import type { Directory } from "@dagger.io/dagger";
import { posix } from "node:path";
import type { DaggerRun } from "./dagger-run.ts";
import { StepError } from "./engine/step-error.ts";
import { synthStep } from "./gates/terraform/terraform-files.ts";
import type { ExitCode } from "./report/schema.ts";

const timeoutMs = 10 * 60_000;

/** Why there is no Terraform JSON, in words for whoever asked. */
export interface NoSynth {
  readonly exitCode: ExitCode;
  readonly text: string;
}

/** The folder that synth leaves, of this commit. */
export async function synthesise({ config, engine }: Pick<DaggerRun, "config" | "engine">): Promise<NoSynth | { readonly folder: Directory }> {
  const { infrastructure } = config;
  if (infrastructure?.synth === undefined) return { exitCode: 2, text: "gitops.json has no infrastructure with a synth. Nothing was changed. Name its path and its synth." };
  try {
    const { commands, container } = await engine.after(synthStep({ ...infrastructure, synth: infrastructure.synth }, { timeoutMs }), new AbortController().signal);
    const synth = commands[1];
    if (synth?.exitCode !== 0) return { exitCode: 2, text: `${synth?.stdout ?? ""}${synth?.stderr ?? ""}\nSynth failed. Nothing was changed.` };
    return { folder: container.directory(posix.join(infrastructure.sources, infrastructure.output)) };
  } catch (error) {
    if (error instanceof StepError) return { exitCode: 4, text: error.message };
    throw error;
  }
}

/**
 * The tree that a rehearsal is made from: with what synth makes of it, where that is
 * the rehearsal's world; of several stacks, those that are meant. Throws, in a sentence.
 */
export async function treeWithWorld(run: Pick<DaggerRun, "config" | "engine" | "source">, { stacks, world }: { readonly stacks: readonly string[]; readonly world: string }): Promise<Directory> {
  const { infrastructure } = run.config;
  if (infrastructure?.synth === undefined || posix.relative(posix.join(infrastructure.path, infrastructure.output), world).startsWith("..")) return run.source;
  const made = await synthesise(run);
  if (!("folder" in made)) throw new Error(`The infrastructure that a rehearsal begins with could not be synthesised. Nothing was released. ${made.text}`);
  const { folder } = made;
  return run.source.withDirectory(posix.join(infrastructure.path, infrastructure.output), stacks.length === 0 ? folder : folder.filter({ include: stacks.map((name) => `stacks/${name}/**`) }));
}
