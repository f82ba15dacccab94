import { z } from "zod";
import { askRehearsal } from "../rehearsal/rehearsal-program.ts";
import { CliError } from "../cli-error.ts";
import { injections, type Injection } from "./injections.ts";

const injectedSchema = z.object({ id: z.string() });

/** Puts the fault in place; the function that is returned takes it back. */
export async function injectFault(name: Injection, state: string, env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const { exitCode, stdout, stderr } = await askRehearsal(["fault", ...injections[name], "--state", state, "--json"], env);
  if (exitCode !== 0) throw new CliError("REHEARSAL", `${stderr.trim()} Nothing was released.`, "");
  const { id } = injectedSchema.parse(JSON.parse(stdout));
  return async () => {
    await askRehearsal(["fault", "--remove", id, "--state", state], env);
  };
}
