import { z } from "zod";
import { askRehearsal } from "../rehearsal/rehearsal-program.ts";
import { CliError } from "../cli-error.ts";

/** What `--inject` makes of the new version, once it has some of the traffic. */
export const injections = {
  /** Three of ten answers are errors. */
  errors: ["responses", "--to", "candidate", "--share", "0.3", "--status", "500", "--from-traffic", "10"],
  /** Half of the answers come two seconds late. */
  latency: ["responses", "--to", "candidate", "--share", "0.5", "--latency", "2s", "--from-traffic", "10"],
  /** Its tasks never get healthy. */
  unhealthy: ["unhealthy", "--to", "candidate"],
} as const satisfies Record<string, readonly string[]>;

export type Injection = keyof typeof injections;
export const injectionNames = Object.keys(injections) as Injection[];

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
