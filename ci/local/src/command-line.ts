import { parseArguments } from "./arguments.ts";
import { onTerminal } from "./on-terminal.ts";

/** `npm run pipeline`. */
process.exitCode = await onTerminal(
  { stopped: "Stopped. No verdict was reached; containers and temporary files are removed.", defect: "no verdict was reached." },
  async ({ write, surroundings }) => {
    const args = parseArguments(process.argv.slice(2), write);
    if (args === undefined) return 0;
    // After the arguments: help has no need of what this loads.
    const { runHere } = await import("./run-here.ts");
    return runHere(args, surroundings(args));
  },
);
