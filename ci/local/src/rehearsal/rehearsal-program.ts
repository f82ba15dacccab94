import { execa } from "execa";
import { join } from "node:path";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { withoutSecrets } from "../without-secrets.ts";

/** The rehearsal is a program of its own: it is started, never imported. */
export const rehearsalProgram = join(import.meta.dirname, "..", "..", "..", "rehearsal", "src", "command-line", "main.ts");

/** What it needs to run tasks on the engine that the pipeline has found: the engine's name, and the settings that it needs on this machine. */
export function engineFor({ program, cli }: ContainerEngine): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string | undefined>> } {
  return { args: ["--engine", program], env: cli.env };
}

export interface RehearsalAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of its commands to the end. */
export async function askRehearsal(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<RehearsalAnswer> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [rehearsalProgram, ...args], { env: withoutSecrets(env), extendEnv: false, reject: false });
  return { exitCode: exitCode ?? 4, stdout, stderr };
}
