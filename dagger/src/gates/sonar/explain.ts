import type { ScanAnswer, ScanRecord } from "./record.ts";
import { answerOf, isGood } from "./record.ts";

/** Why a scan came to no result: what happened, and what to do about it. */
export function explainStop(record: ScanRecord): string {
  const { stopped, scanner } = record;
  const at = stopped?.at ?? "";
  if (at === "scanner") return explainScanner(scanner);
  if (at === "password") return explainPassword(record);
  const answer = answerOf(record, at);
  if (answer === undefined) return `The scan broke off: ${stopped?.why ?? at}`;
  if (!isGood(answer)) return explainAnswer(record, answer);
  if (at === "task") return explainTask(record, answer);
  if (at === "latest") return "Another run has analysed the project at the same time: what was listed may be its. Run again.";
  if (at === "status") return `${serverName(record)} is not ready: it says of itself ${JSON.stringify(answer.body).slice(0, 120)}.`;
  return `${serverName(record)} did not become what was asked for at "${at}".`;
}

const serverName = ({ own, host }: Pick<ScanRecord, "own" | "host">): string => (own ? "Our own SonarQube server" : `The server ${host}`);

/** A bad answer: none, a refusal, a fault of the server, or somebody else's answer. */
function explainAnswer(record: ScanRecord, answer: ScanAnswer): string {
  const server = serverName(record);
  const asked = `when asked ${answer.request}`;
  if (answer.error !== undefined) {
    const next = record.own ? "Run again; if it stays so, see its log." : "Is the address right, and the server up?";
    return `${server} did not answer ${asked} (${answer.error}). ${next}`;
  }
  const status = answer.status ?? 0;
  const said = messageOf(answer);
  if (answer.location !== undefined && status >= 300 && status < 400) return `${server} sends elsewhere, to ${answer.location}, ${asked}. Name the address that answers itself in SONAR_HOST_URL.`;
  if (status === 401) return record.own ? `${server} does not know the one who asks (401) ${asked}.` : `${server} does not take SONAR_TOKEN (401): it is wrong, expired or revoked. Make a new one there.`;
  if (status === 403) return `SONAR_TOKEN may not do what is needed at ${record.host} (403) ${asked}${said}. It needs the permission to analyse the project ${record.project}, and to browse it.`;
  if (status === 404) return `${server} no longer knows what it was asked for (404) ${asked}${said}: somebody has deleted the project ${record.project} or its analysis meanwhile. Run again.`;
  if (status >= 500) return `${server} failed (${String(status)}) ${asked}${said}. See its log.`;
  if (status >= 200 && status < 300) return `${server} answered with something that is not JSON ${asked}: ${firstWords(answer.text ?? "nothing")}. Is it a SonarQube server, or a sign-in page before one?`;
  return `${server} refused (${String(status)}) ${asked}${said}.`;
}

function explainTask(record: ScanRecord, answer: ScanAnswer): string {
  const task = (answer.body as { task?: { status?: unknown; errorMessage?: unknown } } | null)?.task;
  const status = typeof task?.status === "string" ? task.status : "unknown";
  const why = typeof task?.errorMessage === "string" ? `: ${firstWords(task.errorMessage.replace(/\s+/g, " "))}` : "";
  if (status === "FAILED") return `${serverName(record)} could not process the analysis${why}.`;
  if (status === "CANCELED") return `Somebody cancelled the analysis at ${record.host}. Run again.`;
  return `${serverName(record)} did not process the analysis within the gate's timeoutMinutes: it is ${status}${why}.`;
}

function explainScanner(scanner: ScanRecord["scanner"]): string {
  if (scanner === undefined) return "sonar-scanner did not run.";
  if (scanner.error !== undefined) return `sonar-scanner could not be started (${scanner.error}): is it in the image?`;
  if (scanner.exitCode === null) return "sonar-scanner was stopped: it took longer than the gate's timeoutMinutes.";
  if (scanner.exitCode === 0) return "sonar-scanner ended with 0 and left no report-task.txt: nobody knows what it handed to the server.";
  return `sonar-scanner ended with ${String(scanner.exitCode)}: ${scannerErrors(scanner.log).at(-1) ?? "it gave no reason"}`;
}

function explainPassword(record: ScanRecord): string {
  const answer = answerOf(record, "password");
  if (answer !== undefined && (answer.error !== undefined || (answer.status ?? 0) >= 300)) return explainAnswer(record, answer);
  return "Our own SonarQube server has another password than the one that is kept for it. Remove its two caches, whose names begin with gitops-cache-sonarqube-, and run again: it is set up anew.";
}

/** What the scanner could not do, by its log; without what says nothing of this scan. */
export function scannerErrors(log: string): string[] {
  const lines = log.split("\n");
  const errors = lines.flatMap((line, index) => {
    const [, level, text = ""] = /^(?:[\d:.]+ )?(ERROR|WARN)\s+(.*)$/.exec(line) ?? [];
    if (level === undefined || (level === "WARN" && !/(failed|unable|cannot|could not) (to )?(be )?(parse|analy[sz]e|read)/i.test(text))) return [];
    return [/^Error during SonarScanner/.test(text) ? javaError(lines.slice(index + 1)) : text];
  });
  return [...new Set(errors.map(firstWords))].filter((text) => !/^$|EXECUTION FAILURE|Re-run SonarScanner|baseline-browser-mapping/.test(text));
}

/** What a Java error goes back to stands last in it: "Caused by: <class>: <words>". */
function javaError(lines: readonly string[]): string {
  const end = lines.findIndex((line) => /^[\d:.]+ [A-Z]+ /.test(line));
  const trace = end < 0 ? lines : lines.slice(0, end);
  const cause = trace.findLast((line) => line.startsWith("Caused by: ")) ?? trace[0] ?? "";
  return cause.replace(/^(Caused by: )?[\w.$]+: /, "");
}

function messageOf(answer: ScanAnswer): string {
  const errors = (answer.body as { errors?: readonly { msg?: unknown }[] } | undefined)?.errors;
  const message = Array.isArray(errors) ? (errors[0] as { msg?: unknown } | undefined)?.msg : undefined;
  return typeof message === "string" ? `: ${firstWords(message)}` : "";
}

const firstWords = (text: string): string => (text.trim().split("\n")[0] ?? "").slice(0, 200);
