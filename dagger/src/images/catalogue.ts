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
  python: {
    reference: "docker.io/library/python:3.13-slim-trixie",
    version: "3.13",
  },
  gitleaks: {
    reference: "docker.io/zricethezav/gitleaks:v8.30.1",
    version: "8.30.1",
  },
  sonarqube: {
    reference: "docker.io/library/sonarqube:25.12.0.117093-community",
    version: "25.12.0.117093",
  },
  "sonar-scanner": {
    reference: "docker.io/sonarsource/sonar-scanner-cli:12.2.0.4256_8.1.0",
    version: "8.1.0",
    standInVersion: "8.1.0.6389",
  },
  checkov: {
    reference: "docker.io/bridgecrew/checkov:3.3.30",
    version: "3.3.30",
  },
  trivy: {
    // By digest: releases after this one were tampered with in March 2026, and tags were moved.
    reference: "docker.io/aquasec/trivy:0.69.3@sha256:bcc376de8d77cfe086a917230e818dc9f8528e3c852f7b1aff648949b6258d1c",
    version: "0.69.3",
  },
  syft: {
    // The plain image has no shell for the steps' script.
    reference: "docker.io/anchore/syft:v1.18.1-debug",
    version: "1.18.1",
  },
  hadolint: {
    reference: "docker.io/hadolint/hadolint:v2.15.1-alpine",
    version: "2.15.1",
  },
  skopeo: {
    reference: "quay.io/skopeo/stable:v1.18.0",
    version: "1.18.0",
  },
  podman: {
    // Runs the tasks of a rehearsal under Dagger.
    reference: "quay.io/podman/stable:v5.4.2",
    version: "5.4.2",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ImageName = keyof typeof catalogue;

export const imageNames = Object.keys(catalogue) as ImageName[];

/** Those that a service may be built from, or have beside its tests; the others are tools. */
export const baseImageNames = ["node", "nginx", "postgres", "python"] as const satisfies readonly ImageName[];

export function isImageName(name: string): name is ImageName {
  return Object.hasOwn(catalogue, name);
}

/** Where a stand-in lives: a name of its own, never a publisher's. */
export function standInReference(name: ImageName): string {
  const entry: CatalogueEntry = catalogue[name];
  return `localhost/stand-in/${name}:${entry.standInVersion ?? entry.version}`;
}
