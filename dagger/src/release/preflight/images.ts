import { isUnread, no, ok, warning, type Check } from "./check.ts";

/** By digest: a tag may have been moved since. */
export const imagesCheck: Check = {
  needs: [],
  look: ({ images: wanted, tag }, have) =>
    Object.entries(wanted).flatMap(([service, reference]) => {
      const image = have.images[service];
      const digest = reference.split("@")[1];
      if (image === undefined || isUnread(have, `images.${service}`)) return [];
      if (digest === undefined) return [no("image-by-digest", `The image of ${service} is ${reference}, without a digest.`, "Images are deployed by digest only: push it with `push` first.")];
      if (image.digest === undefined) return [no("image-missing", `${image.repository} has no image ${tag}.`, "Push it with `push`, or release a commit whose images are there.")];
      if (image.digest !== digest) return [no("image-differs", `${image.repository}:${tag} is ${image.digest.slice(0, 19)}…, and ${digest.slice(0, 19)}… is to be deployed.`, "Run the pipeline again: it takes the image that has the commit's tag.")];
      return [
        ok("image", `${image.repository}:${tag} is there.`),
        ...(image.immutable || isUnread(have, "repositories") ? [] : [warning("tags-can-be-moved", `Tags in ${image.repository} can be moved: a commit's image could be replaced unseen.`, "Set the repository's tag mutability to IMMUTABLE.")]),
      ];
    }),
};
