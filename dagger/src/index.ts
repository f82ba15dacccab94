/** The release pipeline: checks and builds the services of a repository, as its gitops.json says. */
import { argument, dag, func, object, type Container, type Directory, type File, type Secret } from "@dagger.io/dagger";
import { openDaggerRun, parseChoices, runGates, type DaggerRun, type RunChoices } from "./dagger-run.ts";
import { leftBehind } from "./engine/dagger-source.ts";
import { serviceBuild } from "./images/service-build.ts";
import type { PipelineResult } from "./pipeline.ts";
import { reportFiles } from "./report/files.ts";
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

  /**
   * @param image Use another image for one of the catalogue, as name=reference; may be repeated.
   * @param ca Certificate authorities (PEM) for downloads of the builds, such as file:///etc/ssl/certs/ca-certificates.crt.
   * @param npmrc Registry settings for npm in the builds, such as file:///home/me/.npmrc.
   */
  constructor(image: string[] = [], ca?: Secret, npmrc?: Secret) {
    this.image = image;
    if (ca !== undefined) this.ca = ca;
    if (npmrc !== undefined) this.npmrc = npmrc;
  }

  /**
   * Runs all gates and says what they found; fails when a release has to stop.
   *
   * @param source Root of a clone, with its .git.
   * @param only Run these gates only: secrets, static-analysis, images.
   * @param skip Leave these gates out.
   * @param mode For all gates: block stops on findings, report only shows them.
   * @param target Judge for a rehearsal, or as strictly as aws.
   * @param failFast Stop the other gates as soon as one has failed.
   */
  @func({ cache: "never" })
  async pipeline(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    only: string[] = [],
    skip: string[] = [],
    mode: string = "",
    target: string = "rehearsal",
    failFast: boolean = false,
  ): Promise<string> {
    return judged(await this.run(source, parseChoices({ only, skip, mode, target, failFast })));
  }

  /**
   * Runs all gates and says what they found; fails when a release has to stop.
   *
   * The same as pipeline, which `dagger call` of version 0.21 hides: it takes that name for an old one of Dagger's own.
   *
   * @param source Root of a clone, with its .git.
   * @param only Run these gates only: secrets, static-analysis, images.
   * @param skip Leave these gates out.
   * @param mode For all gates: block stops on findings, report only shows them.
   * @param target Judge for a rehearsal, or as strictly as aws.
   * @param failFast Stop the other gates as soon as one has failed.
   */
  @func({ cache: "never" })
  async runPipeline(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    only: string[] = [],
    skip: string[] = [],
    mode: string = "",
    target: string = "rehearsal",
    failFast: boolean = false,
  ): Promise<string> {
    return this.pipeline(source, only, skip, mode, target, failFast);
  }

  /**
   * Runs all gates and gives back report.json, its schema and the tools' own reports, whatever the verdict.
   *
   * @param source Root of a clone, with its .git.
   * @param only Run these gates only: secrets, static-analysis, images.
   * @param skip Leave these gates out.
   * @param mode For all gates: block stops on findings, report only shows them.
   * @param target Judge for a rehearsal, or as strictly as aws.
   */
  @func({ cache: "never" })
  async report(
    @argument({ defaultPath: "/", ignore: leftBehind }) source: Directory,
    only: string[] = [],
    skip: string[] = [],
    mode: string = "",
    target: string = "rehearsal",
  ): Promise<Directory> {
    return toDirectory(await this.run(source, parseChoices({ only, skip, mode, target, failFast: false })));
  }

  /**
   * Looks for secrets in the whole history and in the working tree, with Gitleaks; fails when there are any.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  async secrets(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return judged(await this.run(source, { only: ["secrets"], target: "rehearsal", failFast: false }));
  }

  /**
   * Runs tsc and ESLint on each TypeScript service; fails when there are errors.
   *
   * @param source Root of a clone, with its .git.
   */
  @func({ cache: "never" })
  async staticAnalysis(@argument({ defaultPath: "/", ignore: leftBehind }) source: Directory): Promise<string> {
    return judged(await this.run(source, { only: ["static-analysis"], target: "rehearsal", failFast: false }));
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

  private async run(source: Directory, choices: RunChoices): Promise<PipelineResult> {
    return runGates(await openDaggerRun(source, this.around()), choices, (event) => {
      const line = eventLine(event);
      // Dagger shows it under the function's name, beside what it shows of its own.
      if (line !== undefined) process.stdout.write(`${line}\n`);
    });
  }

  private around(): Parameters<typeof openDaggerRun>[1] {
    return { images: this.image, ca: this.ca, npmrc: this.npmrc };
  }
}

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

const toDirectory = (result: PipelineResult): Directory => [...reportFiles(result)].reduce((folder, [path, text]) => folder.withNewFile(path, text), dag.directory());
