import { AwsError } from "../protocol/aws-error.ts";

/** An error of the registry's own, as https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes has them. */
export class RegistryError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** ECR's registry says its API's errors in the registry's codes. */
const codes: Readonly<Record<string, readonly [number, string]>> = {
  RepositoryNotFoundException: [404, "NAME_UNKNOWN"],
  ImageNotFoundException: [404, "MANIFEST_UNKNOWN"],
  ImageTagAlreadyExistsException: [400, "TAG_INVALID"],
  ImageDigestDoesNotMatchException: [400, "DIGEST_INVALID"],
  LayersNotFoundException: [400, "MANIFEST_BLOB_UNKNOWN"],
  ReferencedImagesNotFoundException: [400, "MANIFEST_BLOB_UNKNOWN"],
};

/** Undefined for a defect of ours. */
export function registryErrorOf(error: unknown): RegistryError | undefined {
  if (error instanceof RegistryError) return error;
  if (isFull(error)) return new RegistryError(507, "UNKNOWN", `The disk of the rehearsal is full, and nothing of this was kept. Make space, and push again. (${error.message})`);
  if (!(error instanceof AwsError)) return undefined;
  const known = codes[error.name];
  if (known !== undefined) return new RegistryError(known[0], known[1], error.message);
  if (error.name.startsWith("AccessDenied")) return new RegistryError(403, "DENIED", error.message);
  return new RegistryError(error.status, error.message.includes("'imageTag'") ? "TAG_INVALID" : "MANIFEST_INVALID", error.message);
}

const isFull = (error: unknown): error is Error => error instanceof Error && ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
