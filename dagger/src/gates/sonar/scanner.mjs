/** sonar-scanner itself, and the Java side of this machine's way to the server. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTrustStore, storePassword } from "./trust-store.mjs";

/** Short programs: what a better compiler saves it costs. */
const javaOptions = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
/** Of the log, its end. Characters. */
const longestLog = 200_000;

/** `exitCode` is null when it was stopped. */
export async function runScanner(settings, token, timeoutMs) {
  const { properties, work, project } = settings.paths;
  mkdirSync(work, { recursive: true });
  const file = join(work, "scan.properties");
  // In a file, which no list of processes shows.
  writeFileSync(file, [readFileSync(properties, "utf8"), ...accessProperties(settings.host, work), ""].join("\n"), { mode: 0o600 });
  const child = spawn("sonar-scanner", [`-Dproject.settings=${file}`], {
    cwd: project,
    env: { ...process.env, SONAR_TOKEN: token, SONAR_SCANNER_OPTS: javaOptions, SONAR_SCANNER_JAVA_OPTS: javaOptions },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: the scanner starts an engine, which starts Node.
    detached: true,
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      log = (log + text).slice(-longestLog);
    });
  }
  const stopping = setTimeout(() => process.kill(-child.pid, "SIGKILL"), timeoutMs);
  const end = await new Promise((resolve) => {
    child.on("error", (error) => resolve({ exitCode: null, error: error.code ?? error.message }));
    child.on("close", (exitCode) => resolve({ exitCode }));
  });
  clearTimeout(stopping);
  const reportTask = readReportTask(join(work, "scannerwork", "report-task.txt"));
  return { ...end, log, ...(reportTask === undefined ? {} : { reportTask }) };
}

function readReportTask(file) {
  try {
    const lines = readFileSync(file, "utf8").split("\n").filter((line) => line.includes("="));
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).trim()]));
  } catch {
    return undefined;
  }
}

/** Java reads neither a list of authorities as it is, nor a proxy from the environment. */
function accessProperties(host, work) {
  const authorities = process.env.NODE_EXTRA_CA_CERTS;
  const trustStore = authorities === undefined ? [] : [`sonar.scanner.truststorePath=${makeTrustStore(authorities, work)}`, `sonar.scanner.truststorePassword=${storePassword}`];
  const proxy = proxyFor(host);
  if (proxy === undefined) return trustStore;
  const { hostname, port, username, password } = proxy;
  const login = username === "" ? [] : [`sonar.scanner.proxyUser=${decodeURIComponent(username)}`, `sonar.scanner.proxyPassword=${decodeURIComponent(password)}`];
  return [...trustStore, `sonar.scanner.proxyHost=${hostname}`, `sonar.scanner.proxyPort=${port || "80"}`, ...login];
}

function proxyFor(host) {
  const { protocol, hostname } = new URL(host);
  const exceptions = (process.env.NO_PROXY ?? "").split(",").map((name) => name.trim().replace(/^\*?\./, ""));
  const isException = exceptions.some((name) => name === "*" || (name !== "" && (hostname === name || hostname.endsWith(`.${name}`))));
  const proxy = protocol === "https:" ? process.env.HTTPS_PROXY : process.env.HTTP_PROXY;
  return isException || !URL.canParse(proxy ?? "") ? undefined : new URL(proxy);
}
