/** The registry that images are pushed to, and what it has. `ecr-registry.ts` is the one on AWS. */
export interface Registry {
  /** Throws ReleaseError. */
  signIn(): Promise<RegistryAccess>;
  /** Undefined when the repository has no such tag. Throws ReleaseError, also when there is no such repository. */
  find(repository: string, tag: string): Promise<RegistryImage | undefined>;
}

export interface RegistryAccess {
  /** Host, with the port where there is one, as image references have it. */
  readonly host: string;
  /** Plain HTTP: a rehearsal's. */
  readonly insecure: boolean;
  /** Content of a `containers-auth.json`. A secret. */
  readonly authFile: string;
}

export interface RegistryImage {
  /** Of the manifest: `sha256:…`. */
  readonly digest: string;
  /** Of the config: what `imageId` is before the push. */
  readonly imageId: string;
}
