import type { StepService } from "../../engine/engine.ts";
import type { GatesSettings } from "../../gate-settings.ts";
import { catalogue } from "../../images/catalogue.ts";

/** Our own SonarQube, for whoever names none: how it runs, and by what it judges. */

export const ownHost = "http://sonarqube:9000";
/** The data of one version are not another's. */
const caches = { data: `sonarqube-data-${catalogue.sonarqube.version}`, credentials: `sonarqube-credentials-${catalogue.sonarqube.version}` };
/** The password is not where the server is: only the scan has it. */
export const credentialCache = caches.credentials;

/** Short programs on few cores: what a better compiler saves it costs. */
const javaOptions = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

/**
 * The image's own server, until nobody has asked it anything for a while: its
 * log of requests is as old as the last one. A shell's background programs
 * ignore SIGINT, so that SIGTERM is sent for either.
 */
export function serverScript(idleSeconds: number, lookEverySeconds: number): string {
  return [
    "begun=$(date +%s)",
    // First of all, so that no signal comes too early.
    "trap 'kill -TERM $server' INT TERM",
    "/opt/sonarqube/docker/entrypoint.sh & server=$!",
    `while sleep ${String(lookEverySeconds)} && kill -0 $server 2>/dev/null; do`,
    "  used=$(date -r /opt/sonarqube/logs/access.log +%s 2>/dev/null || echo 0)",
    "  [ $used -gt $begun ] || used=$begun",
    `  [ $(( $(date +%s) - used )) -ge ${String(idleSeconds)} ] || continue`,
    "  echo 'Not used for a while: it stops.'",
    "  kill -TERM $server",
    "  break",
    "done &",
    "wait $server; code=$?",
    // A signal has ended the wait, and not yet the server.
    "kill -0 $server 2>/dev/null && { wait $server; code=$?; }",
    "exit $code",
  ].join("\n");
}

export const ownServer: StepService = {
  name: "sonarqube",
  image: "sonarqube",
  argv: ["sh", "-c", serverScript(20 * 60, 30)],
  env: {
    SONAR_WEB_JAVAADDITIONALOPTS: javaOptions,
    SONAR_CE_JAVAADDITIONALOPTS: javaOptions,
    // Half of what it takes when nothing is said: there is one project in it.
    SONAR_SEARCH_JAVAOPTS: "-Xms256m -Xmx256m -XX:MaxDirectMemorySize=128m -XX:TieredStopAtLevel=1",
    SONAR_TELEMETRY_ENABLE: "false",
    SONAR_UPDATECENTER_ACTIVATE: "false",
  },
  port: 9000,
  caches: { "/opt/sonarqube/data": caches.data },
  cacheOwner: "1000:0",
  memoryMb: 3072,
  // Its first start, with a database to be made, on a busy machine.
  startTimeoutMs: 300_000,
  kept: true,
};

export interface Condition {
  readonly metric: string;
  /** What fails: less or greater than `error`. */
  readonly op: "LT" | "GT";
  readonly error: string;
}

type Limits = Pick<GatesSettings["code-quality"], "coverage" | "duplication" | "cognitiveComplexity">;

/** On the whole code. Each is to be evaluated, or nobody knows. */
export function overallConditions({ coverage, duplication }: Limits): Condition[] {
  return [
    { metric: "bugs", op: "GT", error: "0" },
    { metric: "vulnerabilities", op: "GT", error: "0" },
    { metric: "security_hotspots_reviewed", op: "LT", error: "100" },
    { metric: "coverage", op: "LT", error: String(coverage) },
    { metric: "duplicated_lines_density", op: "GT", error: String(duplication) },
  ];
}

/** Evaluated where the server knows an earlier analysis, and enough lines are new. */
function newCodeConditions({ coverage, duplication }: Limits): Condition[] {
  return [
    { metric: "new_coverage", op: "LT", error: String(coverage) },
    { metric: "new_duplicated_lines_density", op: "GT", error: String(duplication) },
  ];
}

/** Named by what they say: another limit is another gate, and two projects on one server do not quarrel. */
export function ownGate(limits: Limits): { name: string; conditions: Condition[] } {
  return { name: `gitops: coverage ${String(limits.coverage)}, duplication ${String(limits.duplication)}`, conditions: [...overallConditions(limits), ...newCodeConditions(limits)] };
}

export const ownProfile = ({ cognitiveComplexity }: Limits): string => `gitops: complexity ${String(cognitiveComplexity)}`;
