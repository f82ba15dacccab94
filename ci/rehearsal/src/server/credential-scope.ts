/** What a Signature Version 4 says of a request: whose key, and for which service it was signed. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly service: string;
}

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function credentialScope(authorization: string | undefined): CredentialScope | undefined {
  const [, accessKeyId, service] = /^AWS4-HMAC-SHA256 .*?Credential=([^/,\s]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(authorization ?? "") ?? [];
  return accessKeyId === undefined || service === undefined ? undefined : { accessKeyId, service };
}
