import { Command, CommanderError } from "commander";
import { z } from "zod";
import { allowEntrySchema, allowListPath, type AllowEntry } from "../../../../dagger/src/gates/allow-list.ts";
import { CliError } from "../cli-error.ts";

/** What somebody wants of the allow list. */
export type AllowRequest =
  | { readonly action: "allow"; readonly entry: AllowEntry; readonly force: boolean; readonly out: string }
  | { readonly action: "remove"; readonly id: string; readonly out: string }
  | { readonly action: "list"; readonly out: string };

const examples = `
Examples:
  npm run allow -- CKV_AWS_18 --reason "access logs come with issue 12" --until 2027-01-31
                                        allow what a rule finds, until that day
  npm run allow -- --list               what is allowed, and what each entry does
  npm run allow -- --remove CKV_AWS_18  let it count again

The id of a finding is in out/report.json; where a gate takes whole rules, a
rule's name does as well. ${allowListPath} is a file to commit and to review.

Exit codes:
  0  done
  2  refused; nothing was changed
  4  the file could not be written
`;

/** Longest that anything may be allowed: a year, so that somebody looks again. */
export function lastDayFor(today: string): string {
  const [year = "", ...rest] = today.split("-");
  // The 29th of February has no next year.
  return [String(Number(year) + 1), ...rest].join("-").replace(/-02-29$/, "-02-28");
}

/** Parses the command line; `today` is YYYY-MM-DD, UTC. Throws CliError BAD_ARGUMENTS; returns undefined after printing help. */
export function parseAllowArguments(argv: readonly string[], today: string, write: (text: string) => void): AllowRequest | undefined {
  const command = new Command("npm run allow --")
    .description(`Allows a finding, with a reason and until a day, in ${allowListPath}.`)
    .argument("[id]", "a finding's id, or a rule's name")
    .option("--reason <text>", "why it may stay, in at least 10 characters")
    .option("--until <day>", `last day on which it may, such as 2027-01-31; at most a year ahead`)
    .option("--force", "allow what the last report does not know")
    .option("--list", "show the entries and what each does")
    .option("--remove <id>", "take an entry out")
    .option("--out <folder>", "where the last report is", "out")
    .addHelpText("after", examples)
    .allowExcessArguments(false)
    .configureOutput({ writeOut: write, writeErr: () => undefined })
    .exitOverride();
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw refused(sentence(error.message.replace(/^error: /, "")));
  }
  return requestOf(command.args[0], command.opts<Options>(), today);
}

interface Options {
  readonly reason?: string;
  readonly until?: string;
  readonly force?: boolean;
  readonly list?: boolean;
  readonly remove?: string;
  readonly out: string;
}

function requestOf(id: string | undefined, options: Options, today: string): AllowRequest {
  const { reason, until, force = false, list = false, remove, out } = options;
  const allows = id !== undefined || reason !== undefined || until !== undefined || force;
  if ([allows, list, remove !== undefined].filter(Boolean).length !== 1) {
    throw refused(allows || list || remove !== undefined ? "An id, --list and --remove exclude each other." : "Say what to allow, or --list, or --remove.");
  }
  if (list) return { action: "list", out };
  if (remove !== undefined) return { action: "remove", id: remove, out };
  if (id === undefined || id.trim() === "") throw refused("Say which finding: its id is missing.");
  if (reason === undefined) throw refused('Say why it may stay: --reason "…" is missing.');
  if (until === undefined) throw refused("Say until when it may stay: --until YYYY-MM-DD is missing.");
  return { action: "allow", entry: entryOf({ id: id.trim(), reason, until }, today), force, out };
}

function entryOf(entry: { id: string; reason: string; until: string }, today: string): AllowEntry {
  const parsed = allowEntrySchema.safeParse(entry);
  if (!parsed.success) {
    const problems = z.flattenError(parsed.error).fieldErrors;
    if (problems.until !== undefined) throw refused(`--until ${problems.until.join(", ")}, and is ${JSON.stringify(entry.until)}: ${/^\d{4}-\d{2}-\d{2}$/.test(entry.until) ? "no calendar has that day" : "write it as year-month-day"}.`);
    throw refused(`--reason: ${Object.values(problems).flat().join(", ")}; it is ${JSON.stringify(entry.reason)}.`);
  }
  const { until } = parsed.data;
  if (until < today) throw refused(`--until ${until} is over: today is ${today}, UTC.`);
  const last = lastDayFor(today);
  if (until > last) throw refused(`--until ${until} is more than a year ahead: somebody has to look again by ${last}.`);
  return parsed.data;
}

const refused = (happened: string): CliError => new CliError("BAD_ARGUMENTS", `${happened} Nothing was changed.`, "See: npm run allow -- --help");

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
