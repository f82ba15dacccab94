import { gateNames, reportSchema, severities, type Finding, type GateName, type GateReport, type Report, type Severity, type StepReport } from "../../src/report/schema.ts";
import { aGateReport } from "./a-report.ts";
import { aCommit } from "./values.ts";

/**
 * A run as it may be on a bad day, with everything in it that a report can
 * show: several gates red, one that could not be trusted, one with nothing to
 * do, hundreds of findings. The same one each time.
 */
export function sampleReport(options: { findings?: number } = {}): Report {
  const random = seeded(20261123);
  const byGate = Map.groupBy(manyFindings(options.findings ?? 320, random), (finding) => finding.gate);
  const gates = gateNames.map((name) => aGateReport(name, { ...about[name], findings: byGate.get(name) ?? [] }));
  return reportSchema.parse({
    $schema: "./report.schema.json",
    schemaVersion: 1,
    project: "notes",
    commit: aCommit,
    dirty: true,
    branch: "feature/shared-notebooks",
    target: "rehearsal",
    preset: "lab",
    baseline: { commit: "89abcdef0123456789abcdef0123456789abcdef", findings: 301 },
    startedAt: "2026-11-23T10:04:12.000Z",
    durationMs: 153_400,
    engine: "Podman 4.3.1 (2 cores, linux/amd64)",
    verdict: "failed",
    exitCode: 1,
    summary: "Failed: static-analysis and unit-tests. Nothing was released. Could not be checked: images. Shown only, by their mode: secrets, dependencies, code-quality and image-scan.",
    gates,
    images: ["backend", "frontend", "proxy"].map((service, index) => ({
      service,
      reference: `notes-${service}:0123456-dirty`,
      imageId: `sha256:${`${String(index)}a1b2c3d`.repeat(8)}`,
      sizeBytes: [252_400_000, 243_100_000, 94_200_000][index],
      standIns: index === 2 ? ["localhost/stand-in/nginx:1.26"] : ["localhost/stand-in/node:24.21.0"],
    })),
    allowList: [
      { id: "GHSA-35jh-r3h4-6jhm", problem: "expired", until: "2026-11-20", countAgain: ["lodash@4.17.20 (backend)", "lodash@4.17.20 (frontend)"] },
      { id: "no-floating-promises:services/backend/src/main.ts", problem: "matches nothing", until: "2027-03-31" },
    ],
    steps,
    posture: [...gates.map((gate) => control(gate)), ...awsControls],
  });
}

const about: Readonly<Record<GateName, Partial<GateReport>>> = {
  secrets: {
    verdict: "failed",
    mode: "report",
    blocksAt: "info",
    startedAtMs: 1_900,
    durationMs: 4_120,
    tool: { name: "gitleaks", version: "8.30.1" },
    lookedAt: { count: 412, unit: "commits and the working tree" },
    suppressions: [{ marker: ".gitleaksignore", where: ".gitleaksignore" }],
    standIns: ["localhost/stand-in/gitleaks:8.30.1"],
    files: ["raw/secrets/gitleaks-history.json", "raw/secrets/gitleaks-tree.json", "raw/secrets/gitleaks.log"],
  },
  "static-analysis": {
    verdict: "failed",
    startedAtMs: 1_300,
    durationMs: 31_700,
    tool: { name: "tsc and ESLint", version: "5.9.3, 10.15.0" },
    lookedAt: { count: 183, unit: "files" },
    suppressions: [12, 47, 88].map((line) => ({ marker: "eslint-disable-next-line", where: `services/backend/src/http/observe-requests.ts:${String(line)}` })),
    files: ["raw/static-analysis/backend.eslint.json", "raw/static-analysis/frontend.eslint.json"],
  },
  "unit-tests": {
    verdict: "failed",
    startedAtMs: 1_200,
    durationMs: 48_900,
    tool: { name: "vitest", version: "5.1.1" },
    lookedAt: { count: 236, unit: "tests" },
    facts: [{ name: "coverage", value: "84.6 % of lines" }, { name: "flaky, passed when run again", value: "1" }],
    files: ["raw/unit-tests/backend.junit.xml", "raw/unit-tests/backend.lcov.info", "raw/unit-tests/frontend.junit.xml", "raw/unit-tests/frontend.lcov.info"],
  },
  dependencies: {
    verdict: "failed",
    mode: "report",
    startedAtMs: 2_100,
    durationMs: 2_400,
    tool: { name: "npm audit", version: "11.19.0" },
    lookedAt: { count: 1_204, unit: "packages in 3 lock files" },
    files: ["raw/dependencies/backend.json", "raw/dependencies/frontend.json"],
  },
  "code-quality": {
    verdict: "failed",
    mode: "report",
    startedAtMs: 1_100,
    durationMs: 149_800,
    tool: { name: "SonarQube", version: "25.12.0.117093" },
    lookedAt: { count: 9_412, unit: "lines of code" },
    facts: [
      { name: "quality gate", value: "ERROR" },
      { name: "coverage", value: "78.1 % (at least 80 %)" },
      { name: "duplicated lines", value: "1.2 % (at most 3 %)" },
      { name: "hotspots to review", value: "2" },
      { name: "server", value: "our own, kept for the next run" },
    ],
    files: ["raw/code-quality/issues.json", "raw/code-quality/project-status.json"],
  },
  infrastructure: {
    verdict: "skipped",
    mode: "report",
    durationMs: 0,
    startedAtMs: undefined,
    lookedAt: undefined,
    tool: { name: "checkov", version: "not run" },
    reason: "gitops.json names no infrastructure",
  },
  images: {
    verdict: "unavailable",
    startedAtMs: 1_200,
    durationMs: 96_300,
    tool: { name: "podman build", version: "4.3.1" },
    lookedAt: { count: 2, unit: "images" },
    reason: "worker: The build could not fetch its base image registry.example/team/python:3.13 (connection refused). Name a mirror under images in gitops.json, or run again when the registry answers.",
    standIns: ["localhost/stand-in/node:24.21.0", "localhost/stand-in/nginx:1.26"],
    files: ["raw/images/worker.log"],
  },
  "image-scan": {
    verdict: "failed",
    mode: "report",
    blocksAt: "critical",
    startedAtMs: 97_600,
    durationMs: 8_700,
    tool: { name: "trivy", version: "0.69.3" },
    lookedAt: { count: 3, unit: "images" },
    facts: [{ name: "database", value: "5 h old" }],
    files: ["raw/image-scan/backend.json", "raw/image-scan/frontend.json", "raw/image-scan/proxy.json"],
  },
  sbom: {
    verdict: "passed",
    mode: "report",
    startedAtMs: 97_600,
    durationMs: 12_300,
    tool: { name: "syft", version: "1.18.1" },
    lookedAt: { count: 1_688, unit: "packages in 3 images" },
    files: ["backend", "frontend", "proxy"].flatMap((service) => [`sbom/${service}.cyclonedx.json`, `sbom/${service}.spdx.json`]),
  },
  dockerfiles: { verdict: "passed", mode: "report", startedAtMs: 2_000, durationMs: 40, cached: true, tool: { name: "hadolint", version: "2.15.1" }, lookedAt: { count: 4, unit: "Dockerfiles" } },
  licences: { verdict: "passed", mode: "report", startedAtMs: 109_900, durationMs: 310, tool: { name: "spdx-expression-parse", version: "5.0.0" }, lookedAt: { count: 1_688, unit: "packages" } },
};

const steps: readonly StepReport[] = (
  [
    ["code-quality", "start/sonarqube", 1.1, 71.4, "done"],
    ["unit-tests", "build/backend deps", 1.2, 14.8, "done"],
    ["unit-tests", "build/frontend deps", 1.2, 17.1, "done"],
    ["images", "build/backend", 1.2, 61.2, "done"],
    ["images", "build/frontend", 1.2, 78.9, "done"],
    ["images", "build/proxy", 1.2, 0.03, "cached"],
    ["images", "build/worker", 1.2, 96.3, "failed"],
    ["static-analysis", "static-analysis/backend", 16.0, 15.2, "done"],
    ["static-analysis", "static-analysis/frontend", 18.3, 14.7, "done"],
    ["secrets", "secrets", 1.9, 4.1, "done"],
    ["dockerfiles", "dockerfiles", 2.0, 0.04, "cached"],
    ["dependencies", "dependencies/backend", 2.1, 1.9, "done"],
    ["dependencies", "dependencies/frontend", 2.1, 2.4, "done"],
    ["unit-tests", "unit-tests/backend", 16.1, 34.0, "done"],
    ["unit-tests", "unit-tests/frontend", 18.4, 21.6, "done"],
    ["code-quality", "code-quality/scan", 72.6, 78.3, "done"],
    ["image-scan", "image-scan/backend", 97.6, 4.4, "done"],
    ["image-scan", "image-scan/frontend", 97.6, 8.7, "done"],
    ["image-scan", "image-scan/proxy", 97.7, 0.02, "cached"],
    ["sbom", "sbom/backend", 97.6, 12.3, "done"],
    ["sbom", "sbom/frontend", 97.8, 11.9, "done"],
    ["sbom", "sbom/proxy", 97.9, 0.02, "cached"],
  ] satisfies [GateName, string, number, number, StepReport["outcome"]][]
).map(([gate, name, start, duration, outcome]) => ({ gate, name, startedAtMs: start * 1000, durationMs: duration * 1000, outcome }));

const awsControls: Report["posture"] = [
  { control: "Images scanned on push", tool: "Amazon ECR", mode: "aws", state: "active" },
  { control: "Every API call recorded", tool: "AWS CloudTrail", mode: "aws", state: "active" },
  { control: "Threats detected", tool: "Amazon GuardDuty", mode: "aws", state: "unavailable", note: "no detector in the infrastructure's code" },
  { control: "Least-privilege network", tool: "Security groups", mode: "aws", state: "active" },
  { control: "No long-lived keys in CI", tool: "IAM with OIDC", mode: "aws", state: "active" },
];

function control(gate: GateReport): Report["posture"][number] {
  const known = gate.verdict === "passed" || gate.verdict === "failed";
  return {
    control: `What ${gate.name} looks for`,
    tool: gate.tool.name,
    mode: gate.mode,
    state: !known ? "unavailable" : gate.mode === "block" ? "active" : "lab",
    ...(gate.reason === undefined ? {} : { note: gate.reason }),
  };
}

interface Kind {
  readonly gate: GateName;
  readonly severity: Severity;
  readonly rule: string;
  readonly title: string;
  readonly link?: string;
  /** Of a package: its name, version and the fix. */
  readonly pkg?: readonly [name: string, version: string, fixedIn?: string];
  readonly via?: readonly string[];
}

const kinds: readonly Kind[] = [
  { gate: "secrets", severity: "critical", rule: "aws-access-token", title: "Identified a pattern that may indicate AWS credentials, risking unauthorized cloud resource access and data breaches on AWS platforms. (commit 4f2a91c)" },
  { gate: "secrets", severity: "critical", rule: "private-key", title: "Identified a Private Key, which may compromise cryptographic security and sensitive data encryption." },
  { gate: "static-analysis", severity: "high", rule: "TS2322", title: "Type '{ id: string; title: string | undefined; }' is not assignable to type 'Note' with 'exactOptionalPropertyTypes: true'." },
  { gate: "static-analysis", severity: "high", rule: "@typescript-eslint/no-floating-promises", title: "Promises must be awaited, end with a call to .catch, or end with a call to .then with a rejection handler." },
  { gate: "static-analysis", severity: "low", rule: "sonarjs/cognitive-complexity", title: "Refactor this function to reduce its Cognitive Complexity from 19 to the 15 allowed." },
  { gate: "unit-tests", severity: "high", rule: "failed", title: "notes › shares a notebook with another user: expected 403 to be 200" },
  { gate: "dependencies", severity: "critical", rule: "GHSA-c2qf-rxjj-qqgw", title: "semver vulnerable to Regular Expression Denial of Service", link: "https://github.com/advisories/GHSA-c2qf-rxjj-qqgw", pkg: ["semver", "7.5.1", "7.5.2"], via: ["@nestjs/cli", "fork-ts-checker-webpack-plugin", "semver"] },
  { gate: "dependencies", severity: "high", rule: "GHSA-35jh-r3h4-6jhm", title: "Command Injection in lodash", link: "https://github.com/advisories/GHSA-35jh-r3h4-6jhm", pkg: ["lodash", "4.17.20", "4.17.21"], via: ["next", "workbox-build", "@rollup/plugin-babel", "@babel/helper-module-imports", "lodash"] },
  { gate: "dependencies", severity: "medium", rule: "GHSA-qw6h-vgh9-j6wx", title: "express vulnerable to XSS via response.redirect()", link: "https://github.com/advisories/GHSA-qw6h-vgh9-j6wx", pkg: ["express", "4.19.2", "4.20.0"], via: ["express"] },
  { gate: "code-quality", severity: "high", rule: "typescript:S3776", title: "Refactor this function to reduce its Cognitive Complexity from 27 to the 15 allowed." },
  { gate: "code-quality", severity: "medium", rule: "typescript:S6551", title: "'note' will use Object's default stringification format ('[object Object]') when stringified." },
  { gate: "code-quality", severity: "info", rule: "typescript:S1135", title: "Complete the task associated to this \"TODO\" comment." },
  { gate: "image-scan", severity: "critical", rule: "CVE-2025-15467", title: "openssl: remote code execution or denial of service via oversized initialisation vector in CMS parsing", link: "https://avd.aquasec.com/nvd/cve-2025-15467", pkg: ["libssl3t64", "3.5.1-1", "3.5.4-1~deb13u2"] },
  { gate: "image-scan", severity: "high", rule: "CVE-2026-22184", title: "zlib: untgz buffer overflow when an archive's name is very long", link: "https://avd.aquasec.com/nvd/cve-2026-22184", pkg: ["zlib1g", "1:1.3.dfsg+really1.3.1-1+b1"] },
  { gate: "image-scan", severity: "medium", rule: "CVE-2024-26462", title: "krb5: memory leak at /krb5/src/kdc/ndr.c", pkg: ["libkrb5-3", "1.21.3-5"] },
  { gate: "image-scan", severity: "low", rule: "CVE-2011-3374", title: "It was found that apt-key in apt, all versions, do not correctly validate gpg keys with the master keyring.", link: "https://avd.aquasec.com/nvd/cve-2011-3374", pkg: ["apt", "3.0.3"] },
  { gate: "licences", severity: "low", rule: "licence-not-allowed", title: "LGPL-3.0-or-later is not among the allowed licences", pkg: ["@img/sharp-libvips-linux-x64", "1.2.4"] },
];

const folders = ["src/notes", "src/http", "src/auth", "src/components/notebooks", "test/notes"];
const files = ["notes.service.ts", "share-notebook.ts", "observe-requests.ts", "note-filters.tsx", "session.guard.ts", "pagination.ts"];

function manyFindings(count: number, random: () => number): Finding[] {
  const pick = <Value>(values: readonly [Value, ...Value[]] | readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  return Array.from({ length: count }, (_, index): Finding => {
    // The grave kinds are few, as they are in life.
    const kind = index < kinds.length ? (kinds[index] as Kind) : pick(kinds.filter((candidate) => severities.indexOf(candidate.severity) >= (random() < 0.15 ? 0 : 2) && candidate.gate !== "unit-tests"));
    const service = pick(["backend", "frontend", ...(kind.pkg === undefined ? [] : ["proxy"])]);
    const line = 1 + Math.floor(random() * 400);
    const file = `services/${service}/${pick(folders)}/${pick(files)}`;
    const chance = random();
    return {
      gate: kind.gate,
      id: kind.pkg === undefined ? `${kind.rule}:${file}` : `${kind.rule}:${service}:${kind.pkg[0]}`,
      rule: kind.rule,
      severity: kind.severity,
      title: kind.title,
      where: kind.pkg === undefined ? `${file}:${String(line)}` : `${kind.pkg[0]}@${kind.pkg[1]}`,
      service,
      ...(kind.pkg?.[2] === undefined ? {} : { fixedIn: kind.pkg[2] }),
      ...(kind.link === undefined ? {} : { link: kind.link }),
      ...(kind.via === undefined ? {} : { via: [...kind.via] }),
      ...(kind.gate === "image-scan" ? { layer: pick(["the base image", "RUN apt-get update && apt-get install -y --no-install-recommends openssl ca-certificates && rm -rf /var/lib/apt/lists/*"]) } : {}),
      ...(index >= kinds.length && chance < 0.06 ? { allowed: { reason: "Not reachable: the proxy strips this header before the request gets here.", until: "2027-01-31" } } : {}),
      ...(index >= kinds.length && chance > 0.2 ? { known: true as const } : {}),
    };
  });
}

/** A number from 0 to below 1, the same ones in the same order for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
