import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";

export interface StatePlace {
  /** Absent: a file beside the stack, which is enough for a lab. */
  readonly bucket?: string | undefined;
  readonly region: string;
  readonly account: string;
}

/** Where a stack's state is. The lock is a file beside it in the bucket, so that no table is needed. */
export function keepState(stack: TerraformStack, key: string, { bucket, region, account }: StatePlace): void {
  if (bucket === undefined) {
    // Relative to the stack's folder: an absolute path would differ from machine to machine.
    new LocalBackend(stack, { path: `../../../terraform.${key}.tfstate` });
    return;
  }
  new S3Backend(stack, { bucket, key: `${key}/terraform.tfstate`, region, encrypt: true, allowedAccountIds: [account] });
  // Newer than CDKTF's types.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
