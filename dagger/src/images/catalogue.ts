/**
 * Every image that the pipeline itself needs, in one table: what is pulled, and
 * what stands in for it on a machine that reaches package registries only.
 * `gitops.json` ("images") and `--image name=reference` replace a reference.
 */
export interface CatalogueEntry {
  /** The publisher's image, by full name and exact tag. */
  readonly reference: string;
  /** Version of the program that matters, as the published image has it. */
  readonly version: string;
  /** Version in the stand-in, where the package registries have another. */
  readonly standInVersion?: string;
}

export const catalogue = {
  node: {
    reference: "docker.io/library/node:24.21.0-trixie-slim",
    version: "24.21.0",
  },
  nginx: {
    reference: "docker.io/nginxinc/nginx-unprivileged:1.29.4-trixie",
    version: "1.29.4",
    standInVersion: "1.26",
  },
  postgres: {
    reference: "docker.io/library/postgres:17.7-trixie",
    version: "17.7",
    standInVersion: "17",
  },
  gitleaks: {
    reference: "docker.io/zricethezav/gitleaks:v8.30.1",
    version: "8.30.1",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ImageName = keyof typeof catalogue;

export const imageNames = Object.keys(catalogue) as ImageName[];

export function isImageName(name: string): name is ImageName {
  return Object.hasOwn(catalogue, name);
}

/** Where a stand-in lives: a name of its own, never a publisher's. */
export function standInReference(name: ImageName): string {
  const entry: CatalogueEntry = catalogue[name];
  return `localhost/stand-in/${name}:${entry.standInVersion ?? entry.version}`;
}
