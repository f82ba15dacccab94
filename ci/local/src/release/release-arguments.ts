import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { environmentName } from "../environment-name.ts";
import type { Target } from "../../../../dagger/src/report/schema.ts";
import { CliError } from "../cli-error.ts";

/** What somebody wants of a release. */
export interface ReleaseRequest {
  readonly action: ReleaseAction;
  readonly target: Target;
  readonly json: boolean;
  /** Folder for a report; none is written when absent. */
  readonly out?: string;
  readonly engine?: "docker" | "podman";
  /** Folder of the rehearsal to use; the usual one when absent. */
  readonly rehearsal?: string;
  /** One of the infrastructure's environments, where it is another than gitops.json's own. */
  readonly environment?: string;
  readonly breakGlass?: string;
  readonly allowOlder: boolean;
  /** Wait for another deployment to end, instead of refusing. */
  readonly wait: boolean;
  /** Show what would be done, and stop. */
  readonly dryRun: boolean;
  /** status: go on until the deployment has ended. */
  readonly follow: boolean;
  /** rollback: commit to go back to; the one before when absent. */
  readonly to?: string;
  /** rollback: stop the deployment that runs. */
  readonly stop: boolean;
}

export const releaseActions = ["push", "render", "plan", "preflight", "deploy", "status", "history", "promote", "rollback"] as const;
export type ReleaseAction = (typeof releaseActions)[number];

const examples = `
Examples:
  npm run release -- preflight --target aws    would a release work? all that stands against it
  npm run release -- plan                      what would change
  npm run release -- status --follow           the deployment that runs, to its end
  npm run release -- promote                   let users see it; or end the wait for the old version's end
  npm run rollback                             the version before
  npm run rollback -- --to 1a2b3c4 --dry-run   what going back to that commit would change

Without --target aws everything is done in the rehearsal, the AWS on this machine.

Exit codes:
  0  done
  1  failed, and all traffic is on the old version
  2  refused; nothing was changed
  3  traffic is not wholly on the old version, or nobody knows: the message says what to do
  4  a tool or the environment broke
`;

const described: Readonly<Record<ReleaseAction, string>> = {
  push: "push the commit's images, or adopt those that are there",
  render: "print the task definition that the template gives",
  plan: "show what a release would change",
  preflight: "look for all that stands against a release",
  deploy: "release images that were pushed, without the gates",
  status: "what runs, and the deployment that is under way",
  history: "what was released, when, by whom, and how it ended",
  promote: "go on from a wait: before users see a version, or before the old one ends",
  rollback: "go back to the version before, or to a commit",
};

/** Parses the command line. Throws CliError BAD_ARGUMENTS; returns undefined after printing help. */
export function parseReleaseArguments(argv: readonly string[], write: (text: string) => void): ReleaseRequest | undefined {
  let request: ReleaseRequest | undefined;
  const program = new Command("npm run release --").description("Releases this repository's services to ECS, in small steps and with a way back.").addHelpText("after", examples);
  const settings = (command: Command): Command => command.allowExcessArguments(false).configureOutput({ writeOut: write, writeErr: () => undefined }).exitOverride();
  settings(program);
  for (const action of releaseActions) {
    const command = settings(program.command(action).description(described[action]))
      .addOption(new Option("--target <target>", "the rehearsal on this machine, or AWS").choices(["rehearsal", "aws"]).default("rehearsal"))
      .option("--rehearsal <folder>", "the rehearsal that has its state there")
      .option("--environment <name>", "this environment, as npm run outputs has written it down", environmentName)
      .option("--json", "print the result as JSON on stdout and nothing else there");
    for (const option of optionsOf[action] ?? []) command.addOption(option());
    command.action((options: Partial<ReleaseRequest>) => {
      request = { allowOlder: false, wait: false, dryRun: false, follow: false, stop: false, json: false, target: "rehearsal", ...options, action };
    });
  }
  try {
    program.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw refused(argv.length === 0 ? `There is no command. They are ${releaseActions.join(", ")}.` : sentence(error.message.replace(/^error: /, "")));
  }
  if (request !== undefined) refuseContradictions(request);
  return request;
}

const out = (): Option => new Option("--out <folder>", "write the report there, too: report.html, report.md, report.json; what is in it of an earlier run goes");
const engine = (): Option => new Option("--engine <engine>", "container engine; without it, whichever answers").choices(["docker", "podman"]);
const breakGlass = (): Option => new Option("--break-glass <reason>", "release what is not on the release branch, for this reason, which is recorded").argParser(reason);
const dryRun = (): Option => new Option("--dry-run", "show what would be done, and stop");
const wait = (): Option => new Option("--wait", "wait for another deployment to end, instead of being refused");
const allowOlder = (): Option => new Option("--allow-older", "release a commit that is older than what runs");

const optionsOf: Readonly<Partial<Record<ReleaseAction, readonly (() => Option)[]>>> = {
  push: [engine, breakGlass],
  plan: [allowOlder, breakGlass],
  preflight: [allowOlder, breakGlass],
  deploy: [breakGlass, dryRun, wait, allowOlder, out],
  status: [(): Option => new Option("--follow", "go on until the deployment has ended")],
  rollback: [(): Option => new Option("--to <commit>", "go back to this commit; without it, to the version before").argParser(commit), (): Option => new Option("--stop", "stop the deployment that runs; its traffic goes back"), dryRun, out],
};

function refuseContradictions({ dryRun: isDry, out: folder, target, breakGlass: given, rehearsal, stop, to }: ReleaseRequest): void {
  if (given !== undefined && target !== "aws") throw refused("--break-glass is for AWS: anything can be rehearsed without it.", "Leave it out, or add --target aws.");
  if (rehearsal !== undefined && target === "aws") throw refused("--rehearsal names a rehearsal, and --target is AWS.", "Leave one of them out.");
  if (isDry && folder !== undefined) throw refused("--out is for a report of what was done, and --dry-run does nothing.", "Leave one of them out; --json prints what would be done.");
  if (stop && to !== undefined) throw refused("--stop brings back what ran before the deployment that runs, and --to names another version.", "Stop first, then roll back to that commit.");
}

function commit(text: string): string {
  if (!/^[0-9a-f]{7,40}$/.test(text)) throw new InvalidArgumentError("It must be a commit: 7 to 40 hexadecimal digits.");
  return text;
}

function reason(text: string): string {
  if (text.trim().length < 10) throw new InvalidArgumentError("It must say why, in at least 10 characters.");
  return text.trim();
}

const refused = (happened: string, next = "See: npm run release -- --help"): CliError => new CliError("BAD_ARGUMENTS", `${happened} Nothing was started.`, next);
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
