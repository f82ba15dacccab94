import { resolve } from "node:path";
import { systemClock } from "../../../../dagger/src/clock.ts";
import { CliError } from "../cli-error.ts";
import { parseAllowArguments, type AllowRequest } from "./arguments.ts";

/** `npm run allow`: the only place of it that writes to a stream or ends the process. */

for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const today = new Date(systemClock.now()).toISOString().slice(0, 10);
  try {
    const request = parseAllowArguments(argv, today, (text) => process.stdout.write(text));
    if (request === undefined) return 0;
    for (const line of await fulfil(request, today)) process.stdout.write(`${line}\n`);
    return 0;
  } catch (error) {
    if (error instanceof CliError) {
      process.stderr.write(`${error.message}\n`);
      return error.exitCode;
    }
    process.stderr.write(`This is a defect of the pipeline itself. Report it with what follows.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 4;
  }
}

async function fulfil(request: AllowRequest, today: string): Promise<readonly string[]> {
  // After the arguments: help has no need of what these load.
  const [{ readRepository }, { readAllowFile, writeAllowFile }, { readLastReport }, { allow, describe, remove }] = await Promise.all([import("../settings.ts"), import("./allow-file.ts"), import("./last-report.ts"), import("./edit.ts")]);
  const { root } = await readRepository(process.cwd());
  const list = await readAllowFile(root);
  const report = await readLastReport(resolve(process.cwd(), request.out));
  const edit =
    request.action === "allow" ? allow(list, request.entry, { report, force: request.force })
    : request.action === "remove" ? remove(list, request.id)
    : describe(list, { report, today });
  if (edit.list !== undefined) await writeAllowFile(root, edit.list);
  return edit.said;
}
