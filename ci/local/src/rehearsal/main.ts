import { execa } from "execa";
import { isContainerEngineError } from "../container-engine/errors.ts";
import { findContainerEngine } from "../container-engine/find-engine.ts";
import { engineFor, rehearsalProgram } from "./rehearsal-program.ts";

/** `npm run rehearsal`: the rehearsal's own command line, with the container engine of this machine. */

const args = process.argv.slice(2);
// Only what starts one needs an engine, and an engine takes time to answer, or to be installed.
const starts = args[0] === "start" && !args.includes("--help");
const asked = args.includes("--engine") ? args[args.indexOf("--engine") + 1] : undefined;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const engine = starts ? await findContainerEngine({ env: process.env, install: "yes", notify: (text) => process.stderr.write(`${text}\n`), wanted: asked === "docker" || asked === "podman" ? asked : undefined }) : undefined;
    const found = engine === undefined ? { args: [], env: process.env } : engineFor(engine);
    const { exitCode } = await execa(process.execPath, [rehearsalProgram, ...args, ...(asked === undefined ? found.args : [])], { env: found.env, extendEnv: false, stdio: "inherit", reject: false });
    return exitCode ?? 4;
  } catch (error) {
    if (!isContainerEngineError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 4;
  }
}
