import { dag, type Container } from "@dagger.io/dagger";
import { catalogue, isImageName, type ImageName } from "../images/catalogue.ts";
import { explainImage } from "./dagger-error.ts";
import type { BaseImage } from "./engine.ts";

/** Images by their name in the catalogue or by reference, each asked of its registry once a run. */
export class DaggerImages {
  readonly #overrides: Readonly<Partial<Record<ImageName, string>>>;
  readonly #resolved = new Map<string, Promise<string>>();

  constructor(overrides: Readonly<Partial<Record<ImageName, string>>>) {
    this.#overrides = overrides;
  }

  /** The reference with its digest, so that a tag means the same to every step. Throws StepError IMAGE_UNAVAILABLE. */
  async reference(name: BaseImage): Promise<string> {
    const reference = isImageName(name) ? (this.#overrides[name] ?? catalogue[name].reference) : name;
    const resolved = this.#resolved.get(reference) ?? resolve(reference);
    this.#resolved.set(reference, resolved);
    return resolved;
  }

  /** Throws StepError IMAGE_UNAVAILABLE. */
  async pull(name: BaseImage): Promise<Container> {
    const reference = await this.reference(name);
    try {
      return await dag.container().from(reference).sync();
    } catch (error) {
      throw explainImage(error, reference);
    }
  }
}

async function resolve(reference: string): Promise<string> {
  try {
    return await dag.container().from(reference).imageRef();
  } catch (error) {
    throw explainImage(error, reference);
  }
}
