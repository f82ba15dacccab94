/**
 * How a step that uses the network learns of the machine's certificate
 * authorities and registry settings: files and variables, the same in every
 * engine, and never part of an image or of a cache key.
 */
export const toolCaPath = "/.step/ca.pem";
export const toolNpmrcPath = "/.step/npmrc";

/** Each program has a name of its own for the same thing. */
export const toolCaEnv: Readonly<Record<string, string>> = Object.fromEntries(["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"].map((name) => [name, toolCaPath]));
export const toolNpmrcEnv: Readonly<Record<string, string>> = { NPM_CONFIG_USERCONFIG: toolNpmrcPath };
