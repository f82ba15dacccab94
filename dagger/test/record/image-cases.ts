import type { ArchiveLayer } from "../support/docker-archive.ts";

/** Scratch images that Syft and Trivy look at, and databases that Trivy looks things up in. */
export interface ImageCase {
  readonly shows: string;
  readonly layers: readonly ArchiveLayer[];
  /** For the cases that say nothing of vulnerabilities. */
  readonly onlySyft?: true;
}

const osRelease = (version: string): string => `PRETTY_NAME="Debian GNU/Linux ${version}"\nNAME="Debian GNU/Linux"\nVERSION_ID="${version}"\nID=debian\n`;

const dpkgEntry = (name: string, version: string, source = name): string =>
  ["Package: " + name, "Status: install ok installed", "Priority: optional", "Maintainer: Debian Maintainers <debian@example.org>", "Architecture: amd64", ...(source === name ? [] : [`Source: ${source}`]), `Version: ${version}`, "Description: a package", ""].join("\n");

const debian = (version: string, packages: readonly string[] = [dpkgEntry("openssl", "3.5.9-1"), dpkgEntry("zlib1g", "1.3.1-1", "zlib")]): ArchiveLayer => ({
  by: "/bin/sh -c #(nop) ADD file:70ed4e06 in / ",
  files: { "etc/os-release": osRelease(version), "etc/debian_version": `${version}.2\n`, "var/lib/dpkg/status": packages.join("\n") },
});

type Manifest = Readonly<Record<string, unknown>>;

const modules = (...packages: readonly Manifest[]): ArchiveLayer => ({
  by: "|1 TOKEN=not-for-reports /bin/sh -c npm ci   --omit=dev",
  files: Object.fromEntries(packages.map((manifest) => [`app/node_modules/${String(manifest["name"])}/package.json`, JSON.stringify(manifest)])),
});

const application: ArchiveLayer = { by: "COPY dist dist # buildkit", files: { "app/package.json": JSON.stringify({ name: "@notes/backend", version: "1.0.0", private: true }) } };
const padLeft = { name: "pad-left", version: "2.1.0", license: "MIT" };
const padRight = { name: "@pads/right", version: "1.0.2", license: "ISC" };

/** As `npm install` writes it: one package in every way in which it can be there. */
export const lockFile = JSON.stringify({
  name: "@notes/backend",
  version: "1.0.0",
  lockfileVersion: 3,
  packages: {
    "": { name: "@notes/backend", version: "1.0.0" },
    "node_modules/pad-left": { version: "2.1.0", license: "MIT" },
    "node_modules/@pads/right": { version: "1.0.2", license: "ISC" },
    "node_modules/tester": { version: "9.0.0", dev: true, license: "MIT" },
  },
});

/** A zip file with META-INF/maven/org.example/tool/pom.properties. */
const jar = Buffer.from(
  "UEsDBBQAAAAAAAAAIVx631ogFgAAABYAAAAUAAAATUVUQS1JTkYvTUFOSUZFU1QuTUZNYW5pZmVzdC1WZXJzaW9uOiAxLjAKUEsDBBQAAAAAAAAAIVzTma5ZMgAAADIAAAAuAAAATUVUQS1JTkYvbWF2ZW4vb3JnLmV4YW1wbGUvdG9vbC9wb20ucHJvcGVydGllc2dyb3VwSWQ9b3JnLmV4YW1wbGUKYXJ0aWZhY3RJZD10b29sCnZlcnNpb249MS4yLjMKUEsBAhQDFAAAAAAAAAAhXHrfWiAWAAAAFgAAABQAAAAAAAAAAAAAAIABAAAAAE1FVEEtSU5GL01BTklGRVNULk1GUEsBAhQDFAAAAAAAAAAhXNOZrlkyAAAAMgAAAC4AAAAAAAAAAAAAAIABSAAAAE1FVEEtSU5GL21hdmVuL29yZy5leGFtcGxlL3Rvb2wvcG9tLnByb3BlcnRpZXNQSwUGAAAAAAIAAgCeAAAAxgAAAAAA",
  "base64",
);
const metadata = "Metadata-Version: 2.1\nName: pypad\nVersion: 4.5\nLicense: BSD\n";

export const imageCases: Readonly<Record<string, ImageCase>> = {
  clean: { shows: "Debian 13 and two npm packages, nothing known against any", layers: [debian("13"), modules(padLeft, padRight), application] },
  critical: { shows: "a CRITICAL and a HIGH vulnerability in Debian packages, one of UNKNOWN severity in npm", layers: [debian("13", [dpkgEntry("openssl", "3.5.1-1"), dpkgEntry("libssl3t64", "3.5.1-1", "openssl"), dpkgEntry("zlib1g", "1.2.0-1", "zlib")]), modules(padLeft, { name: "pad-both", version: "0.1.0", license: "MIT" })] },
  "high-only": {
    shows: "a HIGH vulnerability in an npm package that is there twice, and a LOW one without a fix",
    layers: [
      debian("13", [dpkgEntry("openssl", "3.5.9-1"), dpkgEntry("tar", "1.35-1")]),
      { by: "COPY dist dist", files: { "app/node_modules/pad-left/package.json": JSON.stringify({ ...padLeft, version: "1.0.0" }), "app/node_modules/other/node_modules/pad-left/package.json": JSON.stringify({ ...padLeft, version: "1.0.0" }) } },
    ],
  },
  "end-of-life": { shows: "Debian 9, which gets no more updates", layers: [debian("9"), modules(padLeft)] },
  "unknown-release": { shows: "Debian 99, which there is not", layers: [debian("99"), modules(padLeft)] },
  "os-release-removed": { shows: "Debian's list of packages without its os-release, and npm packages", layers: [{ by: "COPY root /", files: { "var/lib/dpkg/status": dpkgEntry("openssl", "3.5.1-1") } }, modules(padLeft)] },
  "package-list-removed": { shows: "Debian 13 whose list of packages was removed, and npm packages", layers: [{ by: "COPY root /", files: { "etc/os-release": osRelease("13"), "etc/debian_version": "13.2\n" } }, modules(padLeft)] },
  "package-list-broken": { shows: "Debian 13 whose list of packages is garbage, and npm packages", layers: [{ by: "COPY root /", files: { "etc/os-release": osRelease("13"), "etc/debian_version": "13.2\n", "var/lib/dpkg/status": "garbage{{{\n" } }, modules(padLeft)] },
  "no-system": { shows: "npm packages and no operating system", layers: [modules(padLeft, padRight)] },
  "no-package-manager": { shows: "one file and no package of any kind", layers: [{ by: "COPY app /", files: { app: "a program\n" } }] },
  "java-archive": { shows: "a Java archive that no package of the system owns", layers: [debian("13"), { by: "COPY tool.jar /opt/", files: { "opt/tool.jar": jar } }] },
  "base-image": {
    shows: "what comes with a base image: a Java archive of a Debian package, a program without a manifest, npm's manifest of an entry point",
    layers: [
      debian("13", [dpkgEntry("openssl", "3.5.9-1"), dpkgEntry("tool", "1.2.3-1")]),
      { by: "COPY base /", files: { "var/lib/dpkg/info/tool.md5sums": "d41d8cd98f00b204e9800998ecf8427e  opt/tool.jar\n", "opt/tool.jar": jar, "usr/local/bin/node": "\u007fELF node.js/v24.21.0\u0000" } },
      { by: "RUN npm ci", files: { "app/node_modules/pad-left/package.json": JSON.stringify(padLeft), "app/node_modules/pad-left/both/package.json": JSON.stringify({ name: "pad-left/both", main: "../both.js" }) } },
    ],
  },
  bundled: { onlySyft: true, shows: "an application that has bundled a package of its lock file", layers: [debian("13"), modules(padLeft), application] },
  "bundled-with-lock-file": { shows: "an application that has bundled a package, with its lock file beside it", layers: [debian("13"), modules(padLeft), application, { by: "COPY package-lock.json ./", files: { "app/package-lock.json": lockFile } }] },
  "lock-file-broken": { onlySyft: true, shows: "a lock file in the image that is cut off", layers: [debian("13"), modules(padLeft, padRight), { by: "COPY package-lock.json ./", files: { "app/package-lock.json": lockFile.slice(0, -20) } }] },
  licences: {
    onlySyft: true,
    shows: "packages with licences of every kind",
    layers: [
      debian("13"),
      modules(
        padLeft,
        { name: "either", version: "1.0.0", license: "(MIT OR GPL-3.0-only)" },
        { name: "both", version: "1.0.0", license: "MIT AND GPL-3.0-only" },
        { name: "copyleft", version: "1.0.0", license: "GPL-3.0-or-later" },
        { name: "exception", version: "1.0.0", license: "Apache-2.0 WITH LLVM-exception" },
        { name: "silent", version: "1.0.0" },
        { name: "elsewhere", version: "1.0.0", license: "SEE LICENSE IN LICENSE.md" },
        { name: "old-style", version: "1.0.0", licenses: [{ type: "MIT" }, { type: "Apache-2.0" }] },
        { name: "mixed", version: "1.0.0", licenses: [{ type: "MIT" }, { type: "BSD*" }] },
        { name: "versionless", license: "GPL-2.0-only" },
      ),
      application,
      { by: "COPY more /", files: { "app/packages/copy/node_modules/copyleft/package.json": JSON.stringify({ name: "copyleft", version: "1.0.0", license: "GPL-3.0-or-later" }), "usr/lib/python3/dist-packages/pypad-4.5.dist-info/METADATA": metadata, "app/package-lock.json": lockFile } },
    ],
  },
};

const advisories = {
  "debian 13": {
    openssl: { "CVE-2026-0001": { "=": { FixedVersion: "3.5.2-1" } } },
    zlib: { "CVE-2026-0002": { "=": { FixedVersion: "1.3.0-1" } } },
    tar: { "CVE-2026-0003": { "=": {} } },
  },
  "npm::GitHub Security Advisory npm": {
    "pad-left": { "CVE-2026-0004": { "=": { PatchedVersions: ["2.0.0"], VulnerableVersions: ["<2.0.0"] } } },
    "pad-both": { "GHSA-aaaa-bbbb-cccc": { "=": { VulnerableVersions: ["<1.0.0"] } } },
  },
  vulnerability: {
    "CVE-2026-0001": { "=": { Title: "openssl: a planted fault\nwith a second line", Severity: "CRITICAL", References: ["https://example.org/0001"] } },
    "CVE-2026-0002": { "=": { Title: "zlib: a planted fault", Severity: "HIGH" } },
    "CVE-2026-0003": { "=": { Description: "A fault without a title.", Severity: "LOW" } },
    "CVE-2026-0004": { "=": { Title: "pad-left: a planted fault", Severity: "HIGH", VendorSeverity: { ghsa: 3 } } },
    "GHSA-aaaa-bbbb-cccc": { "=": { Title: "pad-both: a planted fault" } },
  },
  "data-source": {
    "debian 13": { "=": { ID: "debian", Name: "Debian Security Tracker", URL: "https://salsa.debian.org/security-tracker-team/security-tracker" } },
    "npm::GitHub Security Advisory npm": { "=": { ID: "ghsa", Name: "GitHub Security Advisory npm", URL: "https://github.com/advisories?query=type%3Areviewed+ecosystem%3Anpm" } },
  },
};

/** What `ci/images/test/trivy-database` makes a database of. */
export const databaseDescription = JSON.stringify(advisories);

/** A database's own word on itself, made at a time. */
export const databaseMetadata = (updatedAt: string): string => JSON.stringify({ Version: 2, NextUpdate: updatedAt, UpdatedAt: updatedAt, DownloadedAt: updatedAt });
