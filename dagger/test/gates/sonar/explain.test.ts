import { describe, expect, it } from "vitest";
import { explainStop, scannerErrors } from "../../../src/gates/sonar/explain.ts";
import type { ScanAnswer, ScanRecord } from "../../../src/gates/sonar/record.ts";

const given: ScanRecord = { format: 1, own: false, host: "https://sonar.example", project: "notes", answers: [] };
const own: ScanRecord = { ...given, own: true, host: "http://sonarqube:9000" };

const stoppedAt = (record: ScanRecord, answer: Partial<ScanAnswer> & { what: string }): ScanRecord => ({ ...record, answers: [{ request: "GET api/somewhere", ...answer }], stopped: { at: answer.what } });
const scanned = (scanner: ScanRecord["scanner"]): ScanRecord => ({ ...given, ...(scanner === undefined ? {} : { scanner }), stopped: { at: "scanner" } });

describe("explainStop", () => {
  it.each<[string, ScanRecord, string]>([
    ["no answer of a given server", stoppedAt(given, { what: "gate", error: "ECONNREFUSED" }), "The server https://sonar.example did not answer when asked GET api/somewhere (ECONNREFUSED). Is the address right, and the server up?"],
    ["no answer of our own", stoppedAt(own, { what: "gate", error: "no answer within 30 s" }), "Our own SonarQube server did not answer when asked GET api/somewhere (no answer within 30 s). Run again; if it stays so, see its log."],
    ["a token that is not taken", stoppedAt(given, { what: "task", status: 401 }), "The server https://sonar.example does not take SONAR_TOKEN (401): it is wrong, expired or revoked. Make a new one there."],
    [
      "a token that may not",
      stoppedAt(given, { what: "task", status: 403, body: { errors: [{ msg: "Insufficient privileges" }] } }),
      "SONAR_TOKEN may not do what is needed at https://sonar.example (403) when asked GET api/somewhere: Insufficient privileges. It needs the permission to analyse the project notes, and to browse it.",
    ],
    [
      "what is gone",
      stoppedAt(given, { what: "task", status: 404, body: { errors: [{ msg: "No activity found for task 'x'" }] } }),
      "The server https://sonar.example no longer knows what it was asked for (404) when asked GET api/somewhere: No activity found for task 'x': somebody has deleted the project notes or its analysis meanwhile. Run again.",
    ],
    ["a server's fault", stoppedAt(given, { what: "gate", status: 503, text: "starting" }), "The server https://sonar.example failed (503) when asked GET api/somewhere. See its log."],
    ["a page", stoppedAt(given, { what: "gate", status: 200, text: "<html>\n<body>" }), "The server https://sonar.example answered with something that is not JSON when asked GET api/somewhere: <html>. Is it a SonarQube server, or a sign-in page before one?"],
    ["an empty answer", stoppedAt(given, { what: "gate", status: 200 }), "The server https://sonar.example answered with something that is not JSON when asked GET api/somewhere: nothing. Is it a SonarQube server, or a sign-in page before one?"],
    ["a redirect", stoppedAt(given, { what: "status", status: 301, location: "https://sonar.example/sonar/" }), "The server https://sonar.example sends elsewhere, to https://sonar.example/sonar/, when asked GET api/somewhere. Name the address that answers itself in SONAR_HOST_URL."],
    ["a refusal of another kind", stoppedAt(given, { what: "gate", status: 400, body: { errors: [{ msg: "no" }] } }), "The server https://sonar.example refused (400) when asked GET api/somewhere: no."],
    ["our own server's refusal", stoppedAt(own, { what: "token", status: 401 }), "Our own SonarQube server does not know the one who asks (401) when asked GET api/somewhere."],
    ["a server that is not up", stoppedAt(given, { what: "status", status: 200, body: { status: "DB_MIGRATION_NEEDED" } }), 'The server https://sonar.example is not ready: it says of itself {"status":"DB_MIGRATION_NEEDED"}.'],
    ["a failed task", stoppedAt(given, { what: "task", status: 200, body: { task: { status: "FAILED", errorMessage: "Validation failed:\n  o Date is wrong" } } }), "The server https://sonar.example could not process the analysis: Validation failed: o Date is wrong."],
    ["a cancelled task", stoppedAt(given, { what: "task", status: 200, body: { task: { status: "CANCELED" } } }), "Somebody cancelled the analysis at https://sonar.example. Run again."],
    ["a task without an end", stoppedAt(own, { what: "task", status: 200, body: { task: { status: "PENDING" } } }), "Our own SonarQube server did not process the analysis within the gate's timeoutMinutes: it is PENDING."],
    ["a task without a status", stoppedAt(own, { what: "task", status: 200, body: {} }), "Our own SonarQube server did not process the analysis within the gate's timeoutMinutes: it is unknown."],
    ["an analysis of somebody else's in between", stoppedAt(own, { what: "latest", status: 200, body: { analyses: [] } }), "Another run has analysed the project at the same time: what was listed may be its. Run again."],
    ["a gate that did not become ours", stoppedAt(own, { what: "gate definition", status: 200, body: {} }), 'Our own SonarQube server did not become what was asked for at "gate definition".'],
    [
      "a password that nobody has",
      stoppedAt(own, { what: "password", status: 200, body: { valid: false } }),
      "Our own SonarQube server has another password than the one that is kept for it. Remove its two caches, whose names begin with gitops-cache-sonarqube-, and run again: it is set up anew.",
    ],
    ["a server that fails when its password is tried", stoppedAt(own, { what: "password", status: 500 }), "Our own SonarQube server failed (500) when asked GET api/somewhere. See its log."],
    ["no scanner", scanned({ exitCode: null, error: "ENOENT", log: "" }), "sonar-scanner could not be started (ENOENT): is it in the image?"],
    ["a scanner that took too long", scanned({ exitCode: null, log: "…" }), "sonar-scanner was stopped: it took longer than the gate's timeoutMinutes."],
    ["a scanner that failed", scanned({ exitCode: 3, log: "10:00:00.000 INFO  a\n10:00:00.001 ERROR You're not authorized\n10:00:00.002 INFO  EXECUTION FAILURE\n" }), "sonar-scanner ended with 3: You're not authorized"],
    ["a scanner that failed silently", scanned({ exitCode: 1, log: "" }), "sonar-scanner ended with 1: it gave no reason"],
    ["a scanner without a report", scanned({ exitCode: 0, log: "" }), "sonar-scanner ended with 0 and left no report-task.txt: nobody knows what it handed to the server."],
    ["a scan that does not say what its scanner did", scanned(undefined), "sonar-scanner did not run."],
    ["a fault of the scan itself", { ...given, stopped: { at: "scan.mjs", why: "x is not a function" } }, "The scan broke off: x is not a function"],
  ])("explains %s", (_, record, sentence) => {
    expect(explainStop(record)).toBe(sentence);
  });
});

describe("scannerErrors", () => {
  it.each<[string, string, string[]]>([
    ["nothing in a good log", "10:00:00.000 INFO  3 files indexed\n10:00:00.001 WARN  Retrieving only language associated files\n10:00:00.002 INFO  EXECUTION SUCCESS\n", []],
    ["an error once", "10:00:00.000 ERROR Failure during analysis\n10:00:00.001 ERROR Failure during analysis\n", ["Failure during analysis"]],
    ["the reason of a Java error, which is in the next line", "10:00:00.000 ERROR Error during SonarScanner Engine execution\njava.nio.file.InvalidPathException: Malformed input\n\tat java.base/x\n", ["Malformed input"]],
    [
      "what a Java error goes back to",
      "10:00:00.000 ERROR Error during SonarScanner Engine execution\njava.lang.IllegalStateException: Unable to load component class X\n\tat a\nCaused by: org.a.B: Unable\n\tat b\nCaused by: java.io.IOException: HTTP 500\n\t... 3 more\n10:00:01.000 INFO  EXECUTION FAILURE\nCaused by: nothing\n",
      ["HTTP 500"],
    ],
    ["a file that was not read, though only a warning", "10:00:00.000 WARN  Failed to parse file [src/a.ts] at line 1: Expression expected.\n", ["Failed to parse file [src/a.ts] at line 1: Expression expected."]],
    ["no advice and no noise", "10:00:00.000 ERROR [baseline-browser-mapping] The data in this module is over two months old.\n10:00:00.000 ERROR EXECUTION FAILURE\nERROR Re-run SonarScanner CLI using the -X switch\nERROR \n", []],
    ["no word ERROR in another line", "10:00:00.000 INFO  Load ERROR pages\n", []],
  ])("tells %s", (_, log, errors) => {
    expect(scannerErrors(log)).toEqual(errors);
  });
});
