import { onTerminal } from "../on-terminal.ts";
import { parseReleaseArguments } from "./release-arguments.ts";

/** `npm run release` and `npm run rollback`. */
process.exitCode = await onTerminal(
  { stopped: "Stopped. A deployment that runs goes on: see how with `npm run release -- status --follow`.", defect: "a deployment that runs goes on: see how with `npm run release -- status --follow`." },
  async ({ write, surroundings }) => {
    const request = parseReleaseArguments(process.argv.slice(2), write);
    if (request === undefined) return 0;
    // After the arguments: help has no need of what this loads.
    const { releaseHere } = await import("./release-here.ts");
    return releaseHere(request, surroundings(request));
  },
);
