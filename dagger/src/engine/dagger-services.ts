import { CacheSharingMode, dag, type Container, type Directory, type Service } from "@dagger.io/dagger";
import type { DaggerImages } from "./dagger-images.ts";
import type { Step, StepService } from "./engine.ts";

/** Services of the session: Dagger starts them when a step needs them, and the same one once. */
export class DaggerServices {
  readonly #images: DaggerImages;

  constructor(images: DaggerImages) {
    this.#images = images;
  }

  /** The container with its services bound by their names. Throws StepError IMAGE_UNAVAILABLE. */
  async bind(services: readonly StepService[], container: Container): Promise<Container> {
    let bound = container;
    for (const service of services) bound = bound.withServiceBinding(service.name, await this.#service(service));
    return bound;
  }

  async startAhead(services: readonly StepService[], before: readonly Step[], tree: Directory, startedAt: number): Promise<"started" | "not started"> {
    const [first] = services;
    if (first === undefined || (await this.#wasSeen(await this.#images.pull(first.image), before, tree, startedAt))) return "not started";
    for (const service of services) await (await this.#service(service)).start();
    return "started";
  }

  /** Dagger tells of no result whether it has it. So a marker is made of the same files: when it is older than this run, so are the results. */
  async #wasSeen(image: Container, before: readonly Step[], tree: Directory, startedAt: number): Promise<boolean> {
    const paths = [...new Set(before.flatMap((step) => step.files.flatMap((file) => (file.from === "tree" ? [file.path] : []))))].toSorted();
    let marker = image.withUser("0:0");
    for (const [index, path] of paths.entries()) marker = marker.withDirectory(`/marker/${String(index)}`, path === "." ? tree : tree.directory(path));
    const made = Number((await marker.withExec(["date", "+%s"]).stdout()).trim()) * 1000;
    return made < startedAt - 1000;
  }

  async #service(service: StepService): Promise<Service> {
    let container = await this.#images.pull(service.image);
    for (const [name, value] of Object.entries(service.env)) container = container.withEnvVariable(name, value);
    for (const [path, cache] of Object.entries(service.caches)) {
      container = container.withMountedCache(path, dag.cacheVolume(`gitops-${cache}`), {
        // Its files are one server's at a time.
        sharing: CacheSharingMode.Locked,
        ...(service.cacheOwner === undefined ? {} : { owner: service.cacheOwner }),
      });
    }
    container = container.withExposedPort(service.port);
    return service.argv === undefined ? container.asService({ useEntrypoint: true }) : container.asService({ args: [...service.argv] });
  }
}
