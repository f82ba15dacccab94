import { expect, it } from "vitest";
import type { DeploymentStatus } from "../../../src/release/have.ts";
import { errorCodes, explainErrorCode } from "../../../src/release/error-codes.ts";
import { decideOutcome, exitCodeOf, type FinalFacts } from "../../../src/release/outcome.ts";
import type { Primary, Traffic } from "../../../src/release/watch/traffic.ts";

const statuses: readonly (DeploymentStatus | undefined)[] = ["Created", "Queued", "InProgress", "Baking", "Ready", "Succeeded", "Failed", "Stopped", undefined];
const over: readonly (DeploymentStatus | undefined)[] = ["Succeeded", "Failed", "Stopped"];

const weights: readonly (Traffic | undefined)[] = [
  { candidatePercent: 0, otherPercent: 100, nobodyPercent: 0 },
  { candidatePercent: 100, otherPercent: 0, nobodyPercent: 0 },
  { candidatePercent: 10, otherPercent: 90, nobodyPercent: 0 },
  { candidatePercent: 99.9, otherPercent: 0.1, nobodyPercent: 0 },
  { candidatePercent: 0, otherPercent: 90, nobodyPercent: 10 },
  { candidatePercent: 0, otherPercent: 0, nobodyPercent: 100 },
  undefined,
];

const rollbacks: readonly FinalFacts["rollback"][] = [undefined, ...statuses.map((status) => ({ id: "d-ROLLBACK1", status }))];
const primaries: readonly (Primary | undefined)[] = ["candidate", "other", "none", undefined];
const errors = [undefined, ...errorCodes, "CODE_OF_TOMORROW"].map((code) => (code === undefined ? undefined : { code, message: "AWS's own words." }));

function* everything(): Generator<FinalFacts> {
  for (const status of statuses) for (const error of errors) for (const traffic of weights) for (const rollback of rollbacks) for (const primary of primaries) yield { deploymentId: "d-RELEASE01", status, error, traffic, rollback, primary, startedMs: 0, endedMs: 60_000 };
}

/** The promise that the exit code is, in its own words: 0 new, 1 old, 3 anything else. */
function promised({ status, rollback, traffic, primary }: FinalFacts): 0 | 1 | 3 {
  const isRead = over.includes(status) && traffic !== undefined;
  if (!isRead) return 3;
  if (status === "Succeeded" && traffic.candidatePercent === 100) return primary === "other" || primary === "none" ? 3 : 0;
  if (traffic.otherPercent !== 100) return 3;
  return status !== "Succeeded" && rollback !== undefined && rollback.status !== "Succeeded" ? 3 : 1;
}

/** What every message has to say, by what is known. */
function words({ status, error, rollback, traffic }: FinalFacts): string[] {
  const hasFailed = status === "Failed" || status === "Stopped";
  return [
    "d-RELEASE01",
    ...(hasFailed ? [`ended as ${status}`, `because ${explainErrorCode(error?.code).why}`] : []),
    ...(hasFailed && error !== undefined ? [error.code, "CodeDeploy says: AWS's own words."] : []),
    ...(hasFailed && rollback !== undefined ? ["d-ROLLBACK1"] : []),
    ...(over.includes(status) && traffic === undefined ? ["could not be read"] : []),
    ...(status === undefined ? ["is not known"] : over.includes(status) ? [] : ["is not over"]),
  ];
}

const endings: Readonly<Record<0 | 1 | 3, RegExp>> = { 0: /has all traffic: the new version is released/, 1: /all traffic is on (the version that ran before|another version)/, 3: /./ };

it("tells every ending by where the traffic is: each status, error code, weight, rollback and primary task set", () => {
  let seen = 0;
  for (const facts of everything()) {
    const outcome = decideOutcome(facts);
    const exitCode = exitCodeOf[outcome.kind];
    const expected = promised(facts);
    if (exitCode !== expected) expect.fail(`${JSON.stringify(facts)} is ${outcome.kind}, and should end with ${String(expected)}`);
    const missing = words(facts).filter((word) => !outcome.summary.includes(word));
    if (missing.length > 0 || !endings[expected].test(outcome.summary)) expect.fail(`${JSON.stringify(facts)}: "${outcome.summary}" does not say ${missing.join(", ")}`);
    if (expected === 3 && /all traffic is on the version that ran before/.test(outcome.summary)) expect.fail(`"${outcome.summary}" is not known`);
    if ((outcome.next === "") !== (expected === 0)) expect.fail(`"${outcome.summary}" leaves ${outcome.next === "" ? "nothing" : "something"} to do`);
    seen += 1;
  }
  expect(seen).toBe(statuses.length * errors.length * weights.length * rollbacks.length * primaries.length);
});

it.each<[string, Partial<FinalFacts>, string, string, string]>([
  ["success", { status: "Succeeded", traffic: weights[1], primary: "candidate" }, "released", "Deployment d-RELEASE01 has all traffic: the new version is released.", ""],
  [
    "an alarm, rolled back",
    { status: "Stopped", error: { code: "ALARM_ACTIVE", message: "Activated alarms: <5xx>" }, rollback: { id: "d-ROLLBACK1", status: "Succeeded" }, traffic: weights[0], primary: "other" },
    "rolled-back",
    "Deployment d-RELEASE01 ended as Stopped, because an alarm of the deployment group fired, or its state could not be read (ALARM_ACTIVE) and was rolled back by d-ROLLBACK1; all traffic is on the version that ran before. CodeDeploy says: Activated alarms: <5xx>",
    "An alarm that is still in ALARM stops the next deployment at once.",
  ],
  [
    "a stop in the middle without a rollback",
    { status: "Stopped", error: { code: "MANUAL_STOP", message: "Stopped." }, traffic: { candidatePercent: 40, otherPercent: 60, nobodyPercent: 0 }, primary: "other" },
    "mixed",
    "Deployment d-RELEASE01 ended as Stopped, because somebody stopped it (MANUAL_STOP), with users' requests going 40 % to the new version and 60 % to the version before. CodeDeploy says: Stopped.",
    "send all traffic to one version with `rollback`.",
  ],
  [
    "a rollback that failed after the traffic was back",
    { status: "Failed", error: { code: "TIMEOUT", message: "Too late." }, rollback: { id: "d-ROLLBACK1", status: "Failed" }, traffic: weights[0], primary: "other" },
    "unknown",
    "Deployment d-RELEASE01 ended as Failed, because something took longer than CodeDeploy waits (TIMEOUT), and its rollback d-ROLLBACK1 ended as Failed; users' requests went 100 % to the version before when last looked at. CodeDeploy says: Too late.",
    "send all traffic to one version with `rollback`.",
  ],
  ["one that was replaced since", { status: "Succeeded", traffic: weights[0], primary: "other" }, "failed", "CodeDeploy calls deployment d-RELEASE01 Succeeded, but all traffic is on another version: it was replaced or undone since.", "See in `history` what was released after it."],
  ["one that goes on", { status: "InProgress", traffic: weights[1], primary: "candidate" }, "unknown", "Deployment d-RELEASE01 is not over: CodeDeploy calls it InProgress, and traffic may still move.", "Follow it with `status --follow`."],
])("says what happened, and what to do: %s", (_what, given, kind, summary, next) => {
  const outcome = decideOutcome({ deploymentId: "d-RELEASE01", status: undefined, error: undefined, rollback: undefined, traffic: undefined, primary: undefined, startedMs: 0, endedMs: 60_000, ...given });
  expect(outcome).toMatchObject({ kind, summary, startedAt: "1970-01-01T00:00:00.000Z", endedAt: "1970-01-01T00:01:00.000Z" });
  expect(outcome.next).toContain(next);
});

it.each(errorCodes)("explains %s in a clause, and says in sentences what to do", (code) => {
  const { next, why } = explainErrorCode(code);
  expect(why).toMatch(/^[A-Za-z].*[^.]$/);
  expect(next).toMatch(/^[A-Z].*\.$/);
});
