/** The release pipeline: checks and builds the services of a repository, as its gitops.json says. */
import { argument, check, dag, func, object, type Container, type Directory, type File, type Secret } from "@dagger.io/dagger";
import { openDaggerRun, parseChoices, runGates, type DaggerRun, type DaggerSurroundings, type RunChoices } from "./dagger-run.ts";
import { leftBehind } from "./engine/dagger-source.ts";
import { serviceBuild } from "./images/service-build.ts";
import type { PipelineResult } from "./pipeline.ts";
import { reportFiles } from "./report/files.ts";
import type { GateName } from "./report/schema.ts";
import { eventLine, summaryText } from "./report/text.ts";
import { imageTag } from "./repository.ts";

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

/** Checks and builds the services of a repository, as its gitops.json says. */
@object()
export class Gitops {
  image: string[];
  ca?: Secret;
  npmrc?: Secret;
  pip?: Secret;
  sonarToken?: Secret;
  sonarHost: string;

  /**
   * @param image Use another image for one of the catalogue, as name=reference; may be repeated.
   * @param ca Certificate authorities (PEM) for downloads, such as file:///etc/ssl/certs/ca-certificates.crt.
   * @param npmrc Registry settings for npm, such as file:///home/me/.npmrc.
   * @param pip Registry settings for pip in builds, such as file:///home/me/.config/pip/pip.conf.
   * @param sonarToken Token of a SonarQube server or of SonarCloud, such as env:SONAR_TOKEN; without it, a server is started for the run.
   * @param sonarHost Address of that server.
   */
  constructor(image: string[] = [], ca?: Secret, npmrc?: Secret, pip?: Secret, sonarToken?: Secret, sonarHost: string = "") {
    this.image = image;
    if (ca !== undefined) this.ca = ca;
    if (npmrc !== undefined) this.npmrc = npmrc;
    if (pip !== undefined) this.pip = pip;
    if (sonarToken !== undefined) this.sonarToken = sonarToken;
    this.sonarHost = sonarHost;
  }

  /**
   * Runs all gates and says what they found; fails when a release has to stop.
   *
   * @param source Root of a clone, with its .git.
   * @param only Run these gates only.
   * @param skip Leave these gates out.
   * @param mode For all gates: block stops on findings, report only shows them.
   * @param target Judge for a rehearsal, or as strictly as aws.
   * @param failFast Stop the other gates as soon as one has failed.
   * @param newOnly In a pull request: stop only for what the release branch does not have yet.
   * @param base With newOnly: compare with this branch or commit.
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
  ): Promise<string> {
    return judged(await this.run(source, parseChoices({ only, skip, mode, target, failFast, newOnly, base })));
  }

  /**
   * Runs all gates and says what they found; fails when a release has to stop.
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
  ): Promise<string> {
    return this.pipeline(source, only, skip, mode, target, failFast, newOnly, base);
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
  ): Promise<Directory> {
    return toDirectory(reportFiles(await this.run(source, parseChoices({ only, skip, mode, target, failFast: false, newOnly, base }))));
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

  private async gate(name: GateName, source: Directory): Promise<string> {
    return judged(await this.run(source, onlyGate(name)));
  }

  private async run(source: Directory, choices: RunChoices): Promise<PipelineResult> {
    return runGates(source, this.around(), choices, (event) => {
      const line = eventLine(event);
      // Dagger shows it under the function's name, beside what it shows of its own.
      if (line !== undefined) process.stdout.write(`${line}\n`);
    });
  }

  private around(): DaggerSurroundings {
    return { images: this.image, ca: this.ca, npmrc: this.npmrc, pip: this.pip, sonarToken: this.sonarToken, sonarHost: this.sonarHost };
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

/** The words of a run, thrown where it has to stop; `report` gives its files either way. */
function judged({ report }: PipelineResult): string {
  if (report.exitCode === 0) return summaryText(report);
  // On a line of its own: Dagger puts a word before it.
  throw new Error(`\n${summaryText(report)}The exit code is ${report.exitCode} in report.json; Dagger itself knows 1 only.`);
}

const toDirectory = (files: ReadonlyMap<string, string>): Directory => [...files].reduce((folder, [path, text]) => folder.withNewFile(path, text), dag.directory());
