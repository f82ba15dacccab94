/** This machine's certificate authorities, as Java takes them. */
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Keeps the form only: there is nothing secret in a list of authorities. */
export const storePassword = "changeit";

/**
 * Java's own form of the list. keytool imports one certificate at a time, or a
 * whole store: so the old form, which is simple, is written here and converted.
 */
export function makeTrustStore(authorities, work) {
  const certificates = readFileSync(authorities, "utf8").match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g) ?? [];
  const old = join(work, "authorities.jks");
  const store = join(work, "authorities.p12");
  writeFileSync(old, javaKeyStore(certificates.map((certificate) => new X509Certificate(certificate).raw)));
  const passwords = ["-srcstorepass", storePassword, "-deststorepass", storePassword];
  execFileSync("keytool", ["-importkeystore", "-noprompt", "-srckeystore", old, "-srcstoretype", "JKS", "-destkeystore", store, "-deststoretype", "PKCS12", ...passwords], { stdio: "ignore" });
  return store;
}

/** JKS, version 2, of trusted certificates: each with its number as its name, and a digest over all. */
function javaKeyStore(certificates) {
  const text = (value) => Buffer.concat([uint(value.length, 2), Buffer.from(value, "latin1")]);
  const entries = certificates.map((der, index) => Buffer.concat([uint(2, 4), text(String(index)), Buffer.alloc(8), text("X.509"), uint(der.length, 4), der]));
  const content = Buffer.concat([uint(0xfeedfeed, 4), uint(2, 4), uint(certificates.length, 4), ...entries]);
  const digest = createHash("sha1").update(Buffer.from(storePassword, "utf16le").swap16()).update("Mighty Aphrodite").update(content).digest();
  return Buffer.concat([content, digest]);
}

function uint(value, bytes) {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
