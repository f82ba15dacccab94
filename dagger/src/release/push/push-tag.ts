import { imageTag, type RepositoryState } from "../../repository.ts";

/**
 * Tag of a service's image. Of a tree with changes it names the image too: the
 * next one is another image, and its tag would be taken.
 */
export const pushTag = (repository: RepositoryState, imageId: string): string =>
  repository.dirty ? `${imageTag(repository)}-${imageId.replace(/^sha256:/, "").slice(0, 8)}` : imageTag(repository);
