import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { environmentName } from "./environment-name.ts";
import { gateNames, type GateName, type Target } from "../../../dagger/src/report/schema.ts";
import { isImageName, imageNames, type ImageName } from "../../../dagger/src/images/catalogue.ts";
import { CliError } from "./cli-error.ts";
import { rehearsedFaultNames, type RehearsedFault } from "../../../dagger/src/rehearsal/faults.ts";

export interface Arguments {
  readonly gates: readonly GateName[];
  readonly mode?: "block" | "report";
  readonly target: Target;
  readonly engine?: "docker" | "podman";
  readonly failFast: boolean;
  /** Only what the baseline does not have counts. */
  readonly newOnly: boolean;
  /** The commit whose merge base is the baseline; the release branch when absent. */
  readonly base?: string;
  /** False: check and build only. */
  readonly release: boolean;
  /** Folder of the rehearsal to use; the usual one when absent. */
  readonly rehearsal?: string;
  /** One of the infrastructure's environments, where it is another than gitops.json's own. */
  readonly environment?: string;
  /** What goes wrong in the new version, to see the way back. */
  readonly inject?: RehearsedFault;
  readonly breakGlass?: string;
  readonly allowOlder: boolean;
  readonly wait: boolean;
  readonly json: boolean;
  readonly out: string;
  readonly images: Readonly<Partial<Record<ImageName, string>>>;
}

/** The gates' names, in lines that fit a terminal. */
function gateList80(): string {
  const half = Math.ceil(gateNames.length / 2);
  return `${gateNames.slice(0, half).join(", ")},\n  ${gateNames.slice(half).join(", ")}`;
}

const examples = `
Examples:
  npm run pipeline                              all gates, then a release to the rehearsal
  npm run pipeline -- --no-release              check and build only
  npm run pipeline -- --inject errors           see a release roll itself back
  npm run pipeline -- --only secrets            one gate
  npm run pipeline -- --skip images --mode report
                                                show findings, stop for none
  npm run pipeline -- --new-only                in a pull request: what is new
  npm run -s pipeline -- --json | jq .verdict   the report, for a machine
  npm run pipeline -- --image node=registry.example/mirror/node:24
                                                a mirror's image, for this run

Gates: ${gateList80()}
Reports are in out/: report.html to look at, report.md, report.json, results.sarif,
junit.xml, the bills of materials in sbom/, and the tools' own in raw/.
SONAR_TOKEN and SONAR_HOST_URL name a SonarQube server or SonarCloud; without them
one is started in a container.

Exit codes:
  0  done: released, or nothing was to be; what could not be checked is shown in yellow
  1  a gate failed, or the release did; all traffic is on the version before
  2  refused: an argument, gitops.json, the repository or the target; nothing was changed
  3  traffic is not wholly on the version before, or nobody knows
  4  a tool or the environment broke; nothing can be said
`;

/** Parses the command line. Throws CliError BAD_ARGUMENTS; returns undefined after printing help. */
export function parseArguments(argv: readonly string[], write: (text: string) => void): Arguments | undefined {
  const command = new Command("npm run pipeline --")
    .description("Checks, builds and releases this repository's services as gitops.json says.")
    .addOption(new Option("--only <gates>", "run these gates only (comma between them)").argParser(gateList))
    .addOption(new Option("--skip <gates>", "leave these gates out").argParser(gateList))
    .addOption(new Option("--mode <mode>", "for all gates: block stops on findings, report only shows them").choices(["block", "report"]))
    .addOption(new Option("--target <target>", "judge for a rehearsal, or as strictly as AWS").choices(["rehearsal", "aws"]).default("rehearsal"))
    .addOption(new Option("--engine <engine>", "container engine; without it, whichever answers").choices(["docker", "podman"]))
    .option("--fail-fast", "stop the other gates as soon as one has failed")
    .option("--new-only", "in a pull request: stop only for what the release branch does not have yet")
    .option("--base <commit>", "with --new-only: compare with this branch or commit")
    .option("--no-release", "check and build only")
    .option("--rehearsal <folder>", "release to the rehearsal that has its state there")
    .option("--environment <name>", "release to this environment, as npm run outputs has written it down", environmentName)
    .addOption(new Option("--inject <fault>", "in a rehearsal: what goes wrong in the new version, to see the way back").choices(rehearsedFaultNames))
    .option("--break-glass <reason>", "with --target aws: release what is not on the release branch, for this reason, which is recorded")
    .option("--allow-older", "release a commit that is older than what runs")
    .option("--wait", "wait for another deployment to end, instead of being refused")
    .option("--json", "print the report as JSON on stdout and nothing else there")
    .option("--out <folder>", "where reports go", "out")
    .addOption(new Option("--image <name=reference>", `use another image for one of ${imageNames.join(", ")}; may be repeated`).argParser(imageOverride).default({}, "none"))
    .addHelpText("after", examples)
    .allowExcessArguments(false)
    .configureOutput({ writeOut: write, writeErr: () => undefined })
    .exitOverride();
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new CliError("BAD_ARGUMENTS", `${sentence(error.message.replace(/^error: /, ""))} Nothing was started.`, "See: npm run pipeline -- --help");
  }
  const { only = gateNames, skip = [], image, failFast = false, newOnly = false, json = false, allowOlder = false, wait = false, ...rest } = command.opts<RawOptions>();
  const gates = only.filter((gate) => !skip.includes(gate));
  if (gates.length === 0) throw new CliError("BAD_ARGUMENTS", "--only and --skip leave no gate to run. Nothing was started.", "Leave one of them out.");
  if (rest.mode === "report" && rest.target === "aws") {
    throw new CliError("BAD_ARGUMENTS", "--mode report is for rehearsals: for AWS, the modes are what gitops.json says, where they can be reviewed. Nothing was started.", "Leave one of --mode and --target out.");
  }
  if (newOnly && rest.target === "aws") {
    throw new CliError("BAD_ARGUMENTS", "--new-only is for pull requests: AWS takes only what every gate has passed. Nothing was started.", "Leave one of --new-only and --target out.");
  }
  if (rest.base !== undefined && !newOnly) throw new CliError("BAD_ARGUMENTS", "--base says what --new-only compares with, and that was not given. Nothing was started.", "Add --new-only, or leave --base out.");
  if (rest.breakGlass !== undefined && rest.target !== "aws") throw new CliError("BAD_ARGUMENTS", "--break-glass is for AWS: anything can be rehearsed without it. Nothing was started.", "Leave it out, or add --target aws.");
  if (rest.inject !== undefined && (rest.target === "aws" || !rest.release)) throw new CliError("BAD_ARGUMENTS", "--inject is for releases to a rehearsal. Nothing was started.", "Leave it out, or --target aws and --no-release.");
  if (rest.rehearsal !== undefined && rest.target === "aws") throw new CliError("BAD_ARGUMENTS", "--rehearsal names a rehearsal, and --target is AWS. Nothing was started.", "Leave one of them out.");
  return { ...rest, gates, failFast, newOnly, json, allowOlder, wait, images: image };
}

interface RawOptions extends Omit<Arguments, "gates" | "images" | "failFast" | "newOnly" | "json" | "allowOlder" | "wait"> {
  readonly failFast?: boolean;
  readonly newOnly?: boolean;
  readonly json?: boolean;
  readonly allowOlder?: boolean;
  readonly wait?: boolean;
  readonly only?: readonly GateName[];
  readonly skip?: readonly GateName[];
  readonly image: Partial<Record<ImageName, string>>;
}

function gateList(text: string, before: readonly GateName[] = []): GateName[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const unknown = names.filter((name) => !(gateNames as readonly string[]).includes(name));
  if (unknown.length > 0 || names.length === 0) throw new InvalidArgumentError(`there is no gate ${unknown.join(", ") || '""'}; the gates are ${gateNames.join(", ")}.`);
  return [...before, ...(names as GateName[])];
}

function imageOverride(text: string, before: Partial<Record<ImageName, string>>): Partial<Record<ImageName, string>> {
  const [name = "", reference = ""] = text.split(/=(.*)/s);
  if (!isImageName(name)) throw new InvalidArgumentError(`there is no image "${name}"; the images are ${imageNames.join(", ")}.`);
  if (!/^[a-z0-9.-]+(:\d+)?\/\S+$/.test(reference)) throw new InvalidArgumentError(`"${reference}" is not a full image reference such as registry.example/team/node:24.`);
  return { ...before, [name]: reference };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
