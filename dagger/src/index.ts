/** The release pipeline: checks, builds and releases the services of a repository, as its gitops.json says. */
import { argument, check, dag, func, object, type Container, type Directory, type File, type Secret, type Service } from "@dagger.io/dagger";
import { releaseJudged } from "./dagger-release-judged.ts";
import { lookIntoRegistry, rehearsalOf, requireReleaseToBegin, type Ended, type ReleaseChoices } from "./dagger-release.ts";
import { deployCommand, historyCommand, planCommand, preflightCommand, promoteCommand, pushCommand, rehearseCommand, renderCommand, rollbackCommand, runCommand, runShipping, statusCommand, type ReleaseCommand } from "./dagger-release-commands.ts";
import { synthesise } from "./dagger-synth.ts";
import { runTerraform } from "./dagger-terraform.ts";
import { verdictOfReport } from "./dagger-verdict.ts";
import { openDaggerRun, parseChoices, runGates, type AroundGates, type DaggerRun, type DaggerSurroundings, type GatesAndRelease, type RunChoices } from "./dagger-run.ts";
import { parseReleaseChoices, whyNotReleased, type GivenRelease } from "./dagger-release-choices.ts";
import { endWith } from "./engine/end-with.ts";
import { leftBehind } from "./engine/dagger-source.ts";
import { serviceBuild } from "./images/service-build.ts";
import { ReleaseError } from "./release/release-error.ts";
import { reportFiles } from "./report/files.ts";
import type { GateName } from "./report/schema.ts";
import { eventLine, summaryText } from "./report/text.ts";
import { imageTag } from "./repository.ts";

/** What of the rehearsal's folder does not run. */
const notRehearsal = ["**/node_modules", "test"];

/** The image that was built for one service. */
@object()
export class ServiceImage {
  /** Name of the service in gitops.json. */
  @func() service: string;
  /** Project, service and the commit's first 7 digits; `-dirty` when the tree is not the commit. */
  @func() reference: string;
  /** Config digest: the same in every engine and after a push. */
  @func() imageId: string;
  /** Uncompressed, bytes. */
  @func() sizeBytes: number;
  /** The image, to be looked into or run. */
  @func() container: Container;
  /** The image as an archive, for `docker load` or a push. */
  @func() tarball: File;

  constructor(service: string, reference: string, imageId: string, sizeBytes: number, container: Container, tarball: File) {
    this.service = service;
    this.reference = reference;
    this.imageId = imageId;
    this.sizeBytes = sizeBytes;
    this.container = container;
    this.tarball = tarball;
  }
}

/** Checks, builds and releases the services of a repository, as its gitops.json says. */
@object()
export class Gitops {
  image: string[];
  ca?: Secret;
  npmrc?: Secret;
  pip?: Secret;
  sonarToken?: Secret;
  sonarHost: string;
  rehearsalSources: Directory;
  awsAccessKeyId?: Secret;
  awsSecretAccessKey?: Secret;
  awsSessionToken?: Secret;
  awsWebIdentityToken?: Secret;
  awsRoleArn: string;
  awsRegion: string;
  by: string;
  slackWebhook?: Secret;
  releaseWebhook?: Secret;
  runLink: string;

  /**
   * @param image Use another image for one of the catalogue, as name=reference; may be repeated.
   * @param ca Certificate authorities (PEM) for downloads, such as file:///etc/ssl/certs/ca-certificates.crt.
   * @param npmrc Registry settings for npm, such as file:///home/me/.npmrc.
   * @param pip Registry settings for pip in builds, such as file:///home/me/.config/pip/pip.conf.
   * @param sonarToken Token of a SonarQube server or of SonarCloud, such as env:SONAR_TOKEN; without it, a server is started for the run.
   * @param sonarHost Address of that server.
   * @param rehearsalSources The rehearsal's program; the one that comes with this module unless said otherwise.
   * @param awsAccessKeyId For --target aws, such as env:AWS_ACCESS_KEY_ID.
   * @param awsSecretAccessKey Belongs to it, such as env:AWS_SECRET_ACCESS_KEY.
   * @param awsSessionToken Belongs to them where they are temporary, such as env:AWS_SESSION_TOKEN.
   * @param awsWebIdentityToken In place of a key: the token of a CI server (OIDC), such as file:///tmp/token.
   * @param awsRoleArn With it: the role that it is for.
   * @param by Whose releases these are, for the history.
   * @param slackWebhook Slack's address that is told of releases, such as env:SLACK_WEBHOOK_URL.
   * @param releaseWebhook Another address that is told of them, such as env:RELEASE_WEBHOOK_URL.
   * @param runLink Where the run is at the CI server, for those who are told.
   * @param awsRegion Another region than release.region of gitops.json.
   */
  constructor(
    image: string[] = [],
    ca?: Secret,
    npmrc?: Secret,
    pip?: Secret,
    sonarToken?: Secret,
    sonarHost: string = "",
    @argument({ defaultPath: "/ci/rehearsal", ignore: notRehearsal }) rehearsalSources?: Directory,
    awsAccessKeyId?: Secret,
    awsSecretAccessKey?: Secret,
    awsSessionToken?: Secret,
    awsWebIdentityToken?: Secret,
    awsRoleArn: string = "",
    by: string = "",
    slackWebhook?: Secret,
    releaseWebhook?: Secret,
    runLink: string = "",
    awsRegion: string = "",
  ) {
    this.image = image;
    if (ca !== undefined) this.ca = ca;
    if (npmrc !== undefined) this.npmrc = npmrc;
    if (pip !== undefined) this.pip = pip;
    if (sonarToken !== undefined) this.sonarToken = sonarToken;
    this.sonarHost = sonarHost;
    this.rehearsalSources = rehearsalSources ?? dag.directory();
    if (awsAccessKeyId !== undefined) this.awsAccessKeyId = awsAccessKeyId;
    if (awsSecretAccessKey !== undefined) this.awsSecretAccessKey = awsSecretAccessKey;
    if (awsSessionToken !== undefined) this.awsSessionToken = awsSessionToken;
    if (awsWebIdentityToken !== undefined) this.awsWebIdentityToken = awsWebIdentityToken;
    this.awsRoleArn = awsRoleArn;
    this.awsRegion = awsRegion;
    this.by = by;
    if (slackWebhook !== undefined) this.slackWebhook = slackWebhook;
    if (releaseWebhook !== undefined) this.releaseWebhook = releaseWebhook;
    this.runLink = runLink;
  }

  /**
   * Runs all gates, and releases what they have passed: to a rehearsal, or to AWS; fails when either does.
   *
   * @param source Root of a clone, with its .git.
   * @param only Run these gates only.
   * @param skip Leave these gates out.
   * @param mode For all gates: block stops on findings, report only shows them.
   * @param target Judge for a rehearsal, or as strictly as aws.
   * @param failFast Stop the other gates as soon as one has failed.
   * @param newOnly In a pull request: stop only for what the release branch does not have yet.
   * @param base With newOnly: compare with this branch or commit.
   * @param noRelease Check and build only.
   * @param breakGlass With target aws: release what is not on the release branch, for this reason, which is recorded.
   * @param allowOlder Release a commit that is older than what runs.
   * @param wait Wait for another deployment to end, instead of being refused.
   * @param fresh Begin with a rehearsal that has forgotten what earlier runs released.
   * @param inject In a rehearsal, what goes wrong with the new version: errors, latency or unhealthy.
   */
  @func({ cache: "never" })
  async pipeline(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    only: string[] = [],
    skip: string[] = [],
    mode: string = "",
    target: string = "rehearsal",
    failFast: boolean = false,
    newOnly: boolean = false,
    base: string = "",
    noRelease: boolean = false,
    breakGlass: string = "",
    allowOlder: boolean = false,
    wait: boolean = false,
    fresh: boolean = false,
    inject: string = "",
  ): Promise<string> {
    const choices = parseChoices({ only, skip, mode, target, failFast, newOnly, base });
    const { report, run } = await this.run(source, choices, this.releasing(choices, { target, breakGlass, allowOlder, wait, fresh, inject }, noRelease));
    return ended({ exitCode: report.exitCode, text: summaryText(report) }, run);
  }

  /**
   * Runs all gates, and releases what they have passed: to a rehearsal, or to AWS; fails when either does.
   *
   * The same as pipeline, which `dagger call` of version 0.21 hides: it takes that name for an old one of Dagger's own.
   *
   * @param source Root of a clone, with its .git.
   * @param only Run these gates only.
   * @param skip Leave these gates out.
   * @param mode For all gates: block stops on findings, report only shows them.
   * @param target Judge for a rehearsal, or as strictly as aws.
   * @param failFast Stop the other gates as soon as one has failed.
   * @param newOnly In a pull request: stop only for what the release branch does not have yet.
   * @param base With newOnly: compare with this branch or commit.
   * @param noRelease Check and build only.
   * @param breakGlass With target aws: release what is not on the release branch, for this reason, which is recorded.
   * @param allowOlder Release a commit that is older than what runs.
   * @param wait Wait for another deployment to end, instead of being refused.
   * @param fresh Begin with a rehearsal that has forgotten what earlier runs released.
   * @param inject In a rehearsal, what goes wrong with the new version: errors, latency or unhealthy.
   */
  @func({ cache: "never" })
  async runPipeline(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    only: string[] = [],
    skip: string[] = [],
    mode: string = "",
    target: string = "rehearsal",
    failFast: boolean = false,
    newOnly: boolean = false,
    base: string = "",
    noRelease: boolean = false,
    breakGlass: string = "",
    allowOlder: boolean = false,
    wait: boolean = false,
    fresh: boolean = false,
    inject: string = "",
  ): Promise<string> {
    return this.pipeline(source, only, skip, mode, target, failFast, newOnly, base, noRelease, breakGlass, allowOlder, wait, fresh, inject);
  }

  /**
   * Runs all gates and gives back the reports: report.html, report.md, report.json, results.sarif, junit.xml, the SBOMs and the tools' own, whatever the verdict.
   *
   * @param source Root of a clone, with its .git.
   * @param only Run these gates only.
   * @param skip Leave these gates out.
   * @param mode For all gates: block stops on findings, report only shows them.
   * @param target Judge for a rehearsal, or as strictly as aws.
   * @param newOnly In a pull request: stop only for what the release branch does not have yet.
   * @param base With newOnly: compare with this branch or commit.
   * @param release Release what the gates have passed, too; report.json has the exit code.
   * @param breakGlass With target aws: release what is not on the release branch, for this reason, which is recorded.
   * @param allowOlder Release a commit that is older than what runs.
   * @param wait Wait for another deployment to end, instead of being refused.
   * @param fresh Begin with a rehearsal that has forgotten what earlier runs released.
   * @param inject In a rehearsal, what goes wrong with the new version: errors, latency or unhealthy.
   */
  @func({ cache: "never" })
  async report(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    only: string[] = [],
    skip: string[] = [],
    mode: string = "",
    target: string = "rehearsal",
    newOnly: boolean = false,
    base: string = "",
    release: boolean = false,
    breakGlass: string = "",
    allowOlder: boolean = false,
    wait: boolean = false,
    fresh: boolean = false,
    inject: string = "",
  ): Promise<Directory> {
    const choices = parseChoices({ only, skip, mode, target, failFast: false, newOnly, base });
    return toDirectory(reportFiles(await this.run(source, choices, this.releasing(choices, { target, breakGlass, allowOlder, wait, fresh, inject }, !release))));
  }

  /**
   * Looks for secrets in the whole history and in the working tree, with Gitleaks; fails when there are any.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async secrets(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("secrets", source);
  }

  /**
   * Runs tsc and ESLint on each TypeScript service; fails when there are errors.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async staticAnalysis(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("static-analysis", source);
  }

  /**
   * Runs the tests of each service, with the servers that they need beside them; fails when one fails, or none was run.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async unitTests(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("unit-tests", source);
  }

  /**
   * Asks npm for known vulnerabilities of every lock file; fails on grave ones.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async dependencies(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("dependencies", source);
  }

  /**
   * Analyses sources and coverage with SonarQube: the server that was given, or one of its own; fails when the quality gate does.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async codeQuality(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("code-quality", source);
  }

  /**
   * Synthesises the Terraform JSON and checks it with Checkov, and with Trivy where that is there; fails on grave findings.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async infrastructure(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("infrastructure", source);
  }

  /**
   * Looks for known vulnerabilities in every image, with Trivy; fails on critical ones.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async imageScan(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("image-scan", source);
  }

  /**
   * Lints every Dockerfile with hadolint.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async dockerfiles(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("dockerfiles", source);
  }

  /**
   * Compares the licences of what is in every image with the allow list.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async licences(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("licences", source);
  }

  /**
   * Gives the bill of materials of every image, as CycloneDX and SPDX, with Syft; fails when there is none, or a package of the lock file is not in it.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  async sbom(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<Directory> {
    const result = await this.run(source, onlyGate("sbom"));
    judged(result);
    return toDirectory(new Map([...reportFiles(result)].flatMap(([path, text]) => (path.startsWith("sbom/") ? [[path.slice("sbom/".length), text] as const] : []))));
  }

  /**
   * Looks whether every image has its whole bill of materials.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async sbomComplete(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("sbom", source);
  }

  /**
   * Looks whether the image of each service builds.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  @check()
  async imagesBuild(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return this.gate("images", source);
  }

  /**
   * Builds the image of each service, tagged with the commit.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  async build(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<ServiceImage[]> {
    const run = await openDaggerRun(source, this.around());
    const settled = await Promise.allSettled(Object.keys(run.config.services).map(async (name) => buildService(run, name)));
    const failures = settled.flatMap((result) => (result.status === "rejected" ? [(result.reason as Error).message] : []));
    if (failures.length > 0) throw new Error(failures.join("\n"));
    return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  }

  /**
   * Builds the image of one service, to be gone on with: `build-service --service backend tarball export --path backend.tar`.
   *
   * @param source Root of a clone, with its .git.
   * @param service Name of the service in gitops.json.
   */
  @func({ cache: "never" })
  async buildService(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory, service: string): Promise<ServiceImage> {
    return buildService(await openDaggerRun(source, this.around()), service);
  }

  /**
   * Pushes the image of each service under the commit's tag, or adopts those that are there.
   *
   * @param source Root of a clone, with its .git.
   * @param target Where: the rehearsal, or aws.
   * @param breakGlass With target aws: release what is not on the release branch, for this reason, which is recorded.
   */
  @func({ cache: "never" })
  async push(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    target: string = "rehearsal",
    breakGlass: string = "",
  ): Promise<string> {
    return this.ship(source, { target, breakGlass }, pushCommand);
  }

  /**
   * Gives the task definition that the template makes, for the images that were pushed.
   *
   * @param source Root of a clone, with its .git.
   * @param target Where: the rehearsal, or aws.
   */
  @func({ cache: "never" })
  async renderTaskDefinition(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    target: string = "rehearsal",
  ): Promise<string> {
    return this.command(source, { target }, renderCommand);
  }

  /**
   * Shows what a release would change, and all that stands against it; changes nothing.
   *
   * @param source Root of a clone, with its .git.
   * @param target Where: the rehearsal, or aws.
   * @param allowOlder Release a commit that is older than what runs.
   */
  @func({ cache: "never" })
  async plan(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    target: string = "rehearsal",
    allowOlder: boolean = false,
  ): Promise<string> {
    return this.command(source, { target, allowOlder }, planCommand);
  }

  /**
   * Looks for all that stands against a release; fails when there is anything.
   *
   * @param source Root of a clone, with its .git.
   * @param target Where: the rehearsal, or aws.
   * @param allowOlder Release a commit that is older than what runs.
   */
  @func({ cache: "never" })
  async preflight(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    target: string = "rehearsal",
    allowOlder: boolean = false,
  ): Promise<string> {
    return this.command(source, { target, allowOlder }, preflightCommand);
  }

  /**
   * Releases images that were pushed, without the gates, and follows the deployment to its end.
   *
   * @param source Root of a clone, with its .git.
   * @param target Where: the rehearsal, or aws.
   * @param breakGlass With target aws: release what is not on the release branch, for this reason, which is recorded.
   * @param allowOlder Release a commit that is older than what runs.
   * @param wait Wait for another deployment to end, instead of being refused.
   */
  @func({ cache: "never" })
  async deploy(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    target: string = "rehearsal",
    breakGlass: string = "",
    allowOlder: boolean = false,
    wait: boolean = false,
  ): Promise<string> {
    return this.ship(source, { target, breakGlass, allowOlder, wait }, deployCommand);
  }

  /**
   * Pushes and deploys to the rehearsal, with no gate before it: a try of the release itself.
   *
   * @param source Root of a clone, with its .git.
   * @param allowOlder Release a commit that is older than what runs.
   * @param fresh Begin with a rehearsal that has forgotten what earlier runs released.
   * @param inject In a rehearsal, what goes wrong with the new version: errors, latency or unhealthy.
   */
  @func({ cache: "never" })
  async rehearse(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    allowOlder: boolean = false,
    fresh: boolean = false,
    inject: string = "",
  ): Promise<string> {
    return this.ship(source, { target: "rehearsal", allowOlder, fresh, inject }, rehearseCommand);
  }

  /**
   * Shows what runs, and the deployment that is under way.
   *
   * @param source Root of a clone, with its .git.
   * @param target Where: the rehearsal, or aws.
   * @param follow Go on until the deployment has ended.
   */
  @func({ cache: "never" })
  async status(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    target: string = "rehearsal",
    follow: boolean = false,
  ): Promise<string> {
    return this.command(source, { target }, statusCommand(follow));
  }

  /**
   * Shows what was released, when, by whom, and how it ended.
   *
   * @param source Root of a clone, with its .git.
   * @param target Where: the rehearsal, or aws.
   */
  @func({ cache: "never" })
  async history(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    target: string = "rehearsal",
  ): Promise<string> {
    return this.command(source, { target }, historyCommand);
  }

  /**
   * Goes on from a wait: before users see a version, or before the old one is taken away.
   *
   * @param source Root of a clone, with its .git.
   * @param target Where: the rehearsal, or aws.
   */
  @func({ cache: "never" })
  async promote(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    target: string = "rehearsal",
  ): Promise<string> {
    return this.command(source, { target }, promoteCommand);
  }

  /**
   * Goes back to the version before, or to a commit.
   *
   * @param source Root of a clone, with its .git.
   * @param target Where: the rehearsal, or aws.
   * @param to Commit to go back to; the release before what runs unless said otherwise.
   * @param stop End the deployment that runs; its traffic goes back.
   * @param dryRun Show what would be done, and stop.
   */
  @func({ cache: "never" })
  async rollback(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    target: string = "rehearsal",
    to: string = "",
    stop: boolean = false,
    dryRun: boolean = false,
  ): Promise<string> {
    return this.command(source, { target }, rollbackCommand({ to, stop, dryRun }), "rollback");
  }

  /**
   * The rehearsal as a service: an AWS in a container, with what earlier runs released. `rehearsal up --ports 4610:4610,8080:20080` shows its page at /_rehearsal/ of the one, and the application at the other, until Ctrl-C.
   *
   * @param source Root of a clone, with its .git.
   * @param fresh Begin with a rehearsal that has forgotten what earlier runs released.
   */
  @func({ cache: "never" })
  async rehearsal(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory, fresh: boolean = false): Promise<Service> {
    const around = this.around();
    return rehearsalOf(await openDaggerRun(source, around), around, fresh);
  }

  /**
   * Synthesises the Terraform JSON of this commit's infrastructure, with all of its stacks: `synth export --path cdktf.out`.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  async synth(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<Directory> {
    const run = await openDaggerRun(source, this.around());
    const made = await synthesise(run);
    if ("folder" in made) return made.folder;
    throw new Error(`\n${made.text}`);
  }

  /**
   * Shows what Terraform would change in AWS: synthesises the infrastructure of this commit and plans one stack; changes nothing.
   *
   * @param source Root of a clone, with its .git.
   * @param stack Which of the stacks that synth makes.
   */
  @func({ cache: "never" })
  async infrastructurePlan(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory, stack: string = "production"): Promise<string> {
    return this.terraform(source, stack, "plan");
  }

  /**
   * Changes AWS as Terraform plans it for one stack; shows the plan.
   *
   * @param source Root of a clone, with its .git.
   * @param stack Which of the stacks that synth makes.
   */
  @func({ cache: "never" })
  async infrastructureApply(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory, stack: string = "production"): Promise<string> {
    return this.terraform(source, stack, "apply");
  }

  /**
   * Ends as the run has ended that a report is of: its words, and its exit code. For CI servers, which keep the reports first.
   *
   * @param report The report.json that `report` has left.
   */
  @func({ cache: "never" })
  async verdict(report: File): Promise<string> {
    return verdictOfReport(await report.contents(), this.around());
  }

  private async terraform(source: Directory, stack: string, action: "plan" | "apply"): Promise<string> {
    const run = await openDaggerRun(source, this.around());
    return ended(await runTerraform(run, this.around(), { stack, action }), run);
  }

  private async gate(name: GateName, source: Directory): Promise<string> {
    return judged(await this.run(source, onlyGate(name)));
  }

  private async command(source: Directory, given: GivenRelease, command: ReleaseCommand, tells?: "rollback"): Promise<string> {
    return this.release(source, given, async (run, choices) => runCommand(run, this.around(), choices, command, tells));
  }

  /** As command, for those that bring this tree somewhere. */
  private async ship(source: Directory, given: GivenRelease, command: ReleaseCommand): Promise<string> {
    return this.release(source, given, async (run, choices) => runShipping(run, this.around(), choices, command));
  }

  private async release(source: Directory, given: GivenRelease, work: (run: DaggerRun, choices: ReleaseChoices) => Promise<Ended>): Promise<string> {
    const choices = parseReleaseChoices(given);
    const run = await openDaggerRun(source, this.around());
    return ended(await work(run, choices), run);
  }

  private releasing(choices: RunChoices, given: GivenRelease, noRelease: boolean): AroundGates {
    const releasing = parseReleaseChoices(given);
    return {
      before: async (run) => {
        if (whyNotReleased(choices, run.config, noRelease) === undefined) await requireReleaseToBegin(run, this.around(), releasing);
      },
      registered: async (run) => (whyNotReleased(choices, run.config, noRelease) === undefined ? lookIntoRegistry(run, this.around(), releasing) : new Map()),
      after: async (run, result) => {
        const why = whyNotReleased(choices, run.config, noRelease);
        if (why === undefined) return releaseJudged(run, this.around(), result, releasing);
        process.stdout.write(`${why}\n`);
        return result;
      },
    };
  }

  private async run(source: Directory, choices: RunChoices, aroundGates?: AroundGates): Promise<GatesAndRelease & { readonly run: DaggerRun }> {
    try {
      return await runGates(source, this.around(), choices, (event) => {
        const line = eventLine(event);
        // Dagger shows it under the function's name, beside what it shows of its own.
        if (line !== undefined) process.stdout.write(`${line}\n`);
      }, aroundGates);
    } catch (error) {
      if (error instanceof ReleaseError) return endWith(error.exitCode, `${error.message}\n`);
      throw error;
    }
  }

  private around(): DaggerSurroundings {
    const { awsAccessKeyId: accessKeyId, awsRoleArn: roleArn, awsSecretAccessKey: secretAccessKey, awsSessionToken: sessionToken, awsWebIdentityToken: webIdentityToken } = this;
    return {
      images: this.image,
      ca: this.ca,
      npmrc: this.npmrc,
      pip: this.pip,
      sonarToken: this.sonarToken,
      sonarHost: this.sonarHost,
      rehearsal: this.rehearsalSources,
      aws: { accessKeyId, secretAccessKey, sessionToken, webIdentityToken, roleArn },
      awsRegion: this.awsRegion,
      by: this.by,
      notify: { slackWebhook: this.slackWebhook, releaseWebhook: this.releaseWebhook, link: this.runLink },
    };
  }
}

const onlyGate = (name: GateName): RunChoices => ({ only: [name], target: "rehearsal", failFast: false });

async function buildService({ config, repository, engine }: DaggerRun, name: string): Promise<ServiceImage> {
  const service = config.services[name];
  if (service === undefined) throw new Error(`gitops.json has no service ${name}; its services are ${Object.keys(config.services).join(", ")}. Nothing was built.`);
  const release = { project: config.project, version: imageTag(repository) };
  const image = await engine.build(serviceBuild(name, service, { target: service.target, timeoutMs: config.gates.images.timeoutMinutes * 60_000, release }), new AbortController().signal);
  const built = engine.built(name);
  if (built === undefined) throw new Error(`Dagger built ${name} and lost it.`);
  return new ServiceImage(image.service, image.reference, image.imageId, image.sizeBytes, built.container, built.tarball);
}

/** The words that a function gives, or ends with: Dagger's command line then has the exit code, too. */
async function ended({ exitCode, text }: Ended, { images }: DaggerRun): Promise<string> {
  const words = text.replace(/\n*$/, "\n");
  return exitCode === 0 ? words : endWith(exitCode, words, async () => images.pull("gitleaks"));
}

/** The words of a run, thrown where it has to stop; `report` gives its files either way. */
function judged({ report }: GatesAndRelease): string {
  if (report.exitCode === 0) return summaryText(report);
  // On a line of its own: Dagger puts a word before it.
  throw new Error(`\n${summaryText(report)}The exit code is ${report.exitCode} in report.json; Dagger itself knows 1 only.`);
}

const toDirectory = (files: ReadonlyMap<string, string>): Directory => [...files].reduce((folder, [path, text]) => folder.withNewFile(path, text), dag.directory());
