import { z } from "zod";

/** What a registry has to know of a manifest. Sources: https://github.com/opencontainers/image-spec/blob/main/manifest.md and image-index.md; Docker's schema 2 is of the same form. */

const imageTypes = ["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"] as const;
const indexTypes = ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"] as const;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const descriptor = z.object({
  mediaType: z.string(),
  digest,
  size: z.number().int().nonnegative(),
  urls: z.array(z.string()).optional(),
  platform: z.object({ architecture: z.string(), os: z.string(), variant: z.string().optional() }).optional(),
});
const common = z.object({ schemaVersion: z.literal(2), mediaType: z.string().optional() });
const imageSchema = common.extend({ config: descriptor, layers: z.array(descriptor), artifactType: z.string().optional() });
const indexSchema = common.extend({ manifests: z.array(descriptor) });

export type Descriptor = z.infer<typeof descriptor>;
export type Manifest = { readonly mediaType: string } & (
  | { readonly kind: "image"; readonly config: Descriptor; readonly layers: readonly Descriptor[] }
  | { readonly kind: "index"; readonly manifests: readonly Descriptor[] }
);

/** Undefined when it is none, or says another media type than the request did. */
export function parseManifest(bytes: Uint8Array, saidType?: string): Manifest | undefined {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  const inner = common.safeParse(document).data?.mediaType;
  const mediaType = inner ?? saidType ?? (imageSchema.safeParse(document).success ? imageTypes[0] : indexTypes[0]);
  if (saidType !== undefined && saidType !== mediaType) return undefined;
  if ((imageTypes as readonly string[]).includes(mediaType)) {
    const image = imageSchema.safeParse(document).data;
    return image === undefined ? undefined : { mediaType, kind: "image", config: image.config, layers: image.layers };
  }
  const index = (indexTypes as readonly string[]).includes(mediaType) ? indexSchema.safeParse(document).data : undefined;
  return index === undefined ? undefined : { mediaType, kind: "index", manifests: index.manifests };
}
