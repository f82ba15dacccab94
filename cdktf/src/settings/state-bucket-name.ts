/** A bucket of the account's own, unless the settings name one that is there already. */
export const stateBucketName = (prefix: string, account: string): string => `${prefix}-terraform-state-${account}`;
