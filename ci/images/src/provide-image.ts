import { catalogue, standInReference, type CatalogueEntry, type ImageName } from "../../../dagger/src/images/catalogue.ts";
import type { HostSettings } from "./host-settings.ts";
import { forgetImage } from "./image-store.ts";
import { CONNECT_TIMEOUT_MS, provideReference } from "./provide-reference.ts";
import { notPulled, pullOnce, shared, storedReference, type ProvidedReference, type PullingOptions } from "./pull-once.ts";
import { ensureStandIn, findStandIn } from "./stand-in.ts";

export { provideReference };

export interface ProvideImageOptions extends PullingOptions {
  /** Taken in place of the published image; never replaced by a stand-in. */
  readonly reference?: string | undefined;
  /** What building a stand-in needs of this machine. */
  readonly host: HostSettings;
  /** The environment of npm, apt and the like, as far as they run on this machine. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ProvidedImage extends ProvidedReference {
  readonly name: ImageName;
  /** As the catalogue has it; of a replacement nothing is known. */
  readonly version: string | undefined;
}

/** When a stand-in is at hand, a silent firewall should not cost every run so much. */
const CONNECT_TIMEOUT_WITH_STAND_IN_MS = 4_000;

/**
 * Makes sure that the engine has an image of the catalogue: what is there
 * already, else what a registry has, else a stand-in made of packages.
 */
export async function provideImage(name: ImageName, options: ProvideImageOptions): Promise<ProvidedImage> {
  if (options.reference !== undefined) {
    return { ...(await provideReference(options.reference, options)), name, version: undefined };
  }
  const entry: CatalogueEntry = catalogue[name];
  const provided = await shared(entry.reference, options.containers, () => publishedOrStandIn(name, options));
  return { ...provided, name, version: provided.standIn ? (entry.standInVersion ?? entry.version) : entry.version };
}

/** Whether the image is here, or its registry hands it over now. No stand-in is built for the answer. */
export async function hasImage(name: ImageName, options: ProvideImageOptions): Promise<boolean> {
  const { containers } = options;
  const reference = options.reference ?? catalogue[name].reference;
  if ((await storedReference(reference, containers)) !== undefined) return true;
  if (options.reference === undefined && (await findStandIn(name, containers.cli)) !== undefined) return true;
  return (await pullOnce(reference, CONNECT_TIMEOUT_WITH_STAND_IN_MS, options)).kind === "pulled";
}

async function publishedOrStandIn(name: ImageName, options: ProvideImageOptions): Promise<ProvidedReference> {
  const { containers } = options;
  const { reference } = catalogue[name];
  const [stored, standInId] = await Promise.all([
    storedReference(reference, containers),
    findStandIn(name, containers.cli),
  ]);
  if (stored) return stored;

  const patienceMs = standInId === undefined ? CONNECT_TIMEOUT_MS : CONNECT_TIMEOUT_WITH_STAND_IN_MS;
  const outcome = await pullOnce(reference, patienceMs, options);
  if (outcome.kind === "unreachable") {
    const imageId = standInId ?? (await ensureStandIn(name, options));
    return { reference: standInReference(name), imageId, standIn: true };
  }
  const pulled = outcome.kind === "pulled" ? await storedReference(reference, containers) : undefined;
  if (!pulled) {
    const why = outcome.kind === "pulled" ? "the engine does not have it after the pull" : outcome.why;
    throw notPulled(reference, why, "Its registry answers, so no stand-in is taken.");
  }
  await forgetImage(containers.cli, standInReference(name));
  return pulled;
}
