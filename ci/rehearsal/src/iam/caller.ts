/** Who makes a call. */
export interface Caller {
  /** `arn:aws:iam::123456789012:user/operator` or `arn:aws:sts::123456789012:assumed-role/<role>/<session>`. */
  readonly arn: string;
  /** As GetCallerIdentity shows it. */
  readonly userId: string;
  readonly accessKeyId: string;
  /** The role whose policies count; absent for the operator, who may do everything. */
  readonly roleName?: string;
}
