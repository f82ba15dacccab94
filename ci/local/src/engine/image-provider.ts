import type { ImageName } from "../../../../dagger/src/images/catalogue.ts";
import type { BaseImage } from "../../../../dagger/src/engine/engine.ts";

/** An image that is in the engine's store now. */
export interface ProvidedImage {
  /** What FROM and `create` take. */
  readonly reference: string;
  /** `sha256:…` */
  readonly imageId: string;
  readonly standIn: boolean;
}

/** Pulls, or builds a stand-in for, what a step or a build names. Throws StepError IMAGE_UNAVAILABLE. */
export type ProvideImage = (image: BaseImage, signal: AbortSignal) => Promise<ProvidedImage>;

/** Whether an image of the catalogue is here or can be pulled; no stand-in is built for the answer. */
export type HasImage = (image: ImageName, signal: AbortSignal) => Promise<boolean>;
