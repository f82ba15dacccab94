import { execa } from "execa";
import { delimiter, dirname, join, relative } from "node:path";
import type { InfrastructureConfig } from "../../../../dagger/src/config.ts";
import type { ReleaseSettings } from "../../../../dagger/src/release/release-settings.ts";
import { CliError } from "../cli-error.ts";
import { withoutSecrets } from "../without-secrets.ts";

export interface SynthesiseOptions {
  /** The repository's root. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: ReleaseSettings;
  readonly infrastructure: InfrastructureConfig | undefined;
}

/** Has the Terraform JSON made that a rehearsal begins with, where it is what synth makes: what is rehearsed is what this tree says. Throws CliError. */
export async function synthesiseWorld({ root, env, settings, infrastructure }: SynthesiseOptions): Promise<void> {
  if (infrastructure?.synth === undefined || !isMadeBySynth(settings.rehearsal.world, infrastructure)) return;
  const [program = "", ...args] = infrastructure.synth;
  // The Node that runs this: the machine's own may be an older one.
  const path = [dirname(process.execPath), env["PATH"] ?? ""].join(delimiter);
  const { exitCode, all, failed } = await execa(program, args, { cwd: join(root, infrastructure.path), env: { ...withoutSecrets(env), PATH: path, CI: "true", CHECKPOINT_DISABLE: "1" }, extendEnv: false, reject: false, all: true });
  if (failed) throw new CliError("REHEARSAL", `The infrastructure that a rehearsal begins with could not be synthesised: ${infrastructure.synth.join(" ")} in ${infrastructure.path} ${exitCode === undefined ? "could not be started" : `ended with ${String(exitCode)}`}. Nothing was released.`, all.trim().split("\n").slice(-20).join("\n"));
}

/** Whether a world is the folder that synth writes, or in it. */
const isMadeBySynth = (world: string, { path, output }: InfrastructureConfig): boolean => !relative(join(path, output), world).startsWith("..");
