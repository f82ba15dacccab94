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
