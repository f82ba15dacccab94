import { describe, expect, it } from "vitest";
import type { StepResult } from "../../src/engine/engine.ts";
import type { Evidence } from "../../src/gates/gate.ts";
import { readSecrets, secrets } from "../../src/gates/secrets.ts";
import { applyAllowList } from "../../src/gates/allow-list.ts";
import { decideGate } from "../../src/gates/policy.ts";
import { readFixture, recordedEngine, resultOf } from "../support/fixtures.ts";
import { aContext } from "../support/values.ts";

const look = async (fixture: string): Promise<Evidence> =>
  secrets.look(aContext({ engine: recordedEngine(readFixture(`gitleaks/${fixture}`)) }));

const places = (evidence: Evidence): string[] => evidence.findings.map((finding) => finding.where);

describe("the secrets gate, on what Gitleaks really left", () => {
  it("passes when nothing is found in two commits and the tree", async () => {
    const evidence = await look("clean");
    expect(evidence).toMatchObject({ toolVersion: "8.30.1", lookedAt: { count: 2, unit: "commits and the working tree" }, findings: [], suppressions: [], gaps: [] });
    expect(decideGate(evidence, secrets.blocksAt)).toEqual({ verdict: "passed" });
  });

  it("keeps both reports and the log", async () => {
    expect([...(await look("removed-key")).raw.keys()]).toEqual(["gitleaks-history.json", "gitleaks-tree.json", "gitleaks.log"]);
  });

  it("fails when a key was committed, though it was removed later", async () => {
    const evidence = await look("removed-key");
    expect(evidence.findings).toEqual([
      {
        gate: "secrets",
        id: expect.stringMatching(/^[0-9a-f]{40}:src\/keys\.ts:aws-access-token:1$/) as string,
        rule: "aws-access-token",
        severity: "critical",
        title: expect.stringMatching(/^Identified a pattern that may indicate AWS credentials, .* \(commit [0-9a-f]{7}\)$/) as string,
        where: "src/keys.ts:1",
      },
    ]);
    expect(decideGate(evidence, secrets.blocksAt)).toEqual({ verdict: "failed" });
  });

  it.each(["replaced-history", "hiding-attributes"])("%s: fails all the same", async (fixture) => {
    expect(places(await look(fixture))).toEqual(["src/keys.ts:1"]);
  });

  it("shows where the past was silenced by a comment", async () => {
    const { suppressions } = await look("allow-comment-in-history");
    expect(suppressions).toEqual([1, 2].map(() => ({ marker: ["gitleaks", "allow"].join(":"), where: expect.stringMatching(/^src\/keys\.ts \(commit [0-9a-f]{7}\)$/) as string })));
  });

  it("fails when a key came in by a merge alone, though it was removed later", async () => {
    expect((await look("key-in-a-merge")).findings).toMatchObject([{ where: "src/keys.ts:1", rule: "aws-access-token" }]);
  });

  it("fails when a key is in the working tree only", async () => {
    const { findings } = await look("key-in-working-tree");
    expect(findings).toMatchObject([{ id: "src/keys.ts:aws-access-token:1", where: "src/keys.ts:1" }]);
    expect(findings[0]?.title).not.toContain("(commit");
  });

  it("counts a key once that is committed and still there, by its commit", async () => {
    const { findings } = await look("committed-key");
    expect(findings.map((finding) => finding.id)).toEqual([expect.stringMatching(/^[0-9a-f]{40}:src\/keys\.ts:aws-access-token:1$/)]);
  });

  it("counts another key that has taken the place of a committed one", async () => {
    const { findings } = await look("other-key-in-the-same-place");
    expect(findings.map((finding) => finding.id)).toEqual([expect.stringMatching(/^[0-9a-f]{40}:/), "src/keys.ts:aws-access-token:1"]);
  });

  it("counts two keys in one file as two", async () => {
    expect(places(await look("two-keys-on-two-lines"))).toEqual(["src/keys.ts:2", "src/keys.ts:4"]);
  });

  it("names files with spaces, quotes and non-ASCII letters as they are", async () => {
    expect(places(await look("awkward-paths"))).toEqual([`src/it's "quoted".ts:1`, "src/mein schlüssel.ts:1", "src/nové klíče.ts:1"]);
  });

  it("lets the allow list name one leak, never the rule", async () => {
    const { findings } = await look("committed-key");
    const allow = (id: string): boolean => {
      const list = [{ id, reason: "revoked in 2024", until: "2027-01-31" }];
      return applyAllowList(findings, list, { today: "2026-11-23", byRule: secrets.allowByRule })[0]?.allowed !== undefined;
    };
    expect([allow(findings[0]?.id ?? ""), allow("aws-access-token")]).toEqual([true, false]);
  });

  it("holds no key and no name of one in what it keeps", async () => {
    const raw = [...(await look("awkward-paths")).raw.values()].join("");
    expect(raw).toContain('"Secret": "REDACTED"');
    expect(raw).not.toMatch(/AKIA/);
  });
});

describe("what silences Gitleaks is shown", () => {
  it("a comment, which hides the key from both scans", async () => {
    expect(await look("allow-comment")).toMatchObject({ findings: [], suppressions: [{ marker: "gitleaks" + ":allow", where: "src/keys.ts:1" }] });
  });

  it("a .gitleaksignore, which does not reach the history", async () => {
    expect(await look("ignore-file")).toMatchObject({ findings: [{ where: "src/keys.ts:1" }], suppressions: [{ marker: ".gitleaksignore", where: ".gitleaksignore" }] });
  });

  it("a .gitleaks.toml, which does not reach the history", async () => {
    expect(await look("config-file")).toMatchObject({ findings: [{ where: "src/keys.ts:1" }], suppressions: [{ marker: ".gitleaks.toml", where: ".gitleaks.toml" }] });
  });
});

describe("Gitleaks fails with a clean report and exit code 0, and the gate is unavailable", () => {
  it("shallow clone", async () => {
    await expect(look("shallow-clone")).rejects.toMatchObject({
      name: "UnreadableReportError",
      message: "The clone is shallow: older commits are not there to be scanned. Fetch them with: git fetch --unshallow",
    });
  });

  it.each(["not-a-repository", "foreign-owner"])("%s: the step itself ends before Gitleaks is asked", async (fixture) => {
    await expect(look(fixture)).rejects.toMatchObject({
      code: "TOOL_FAILED",
      message: "git in step secrets ended with exit code 128, which is none of its verdicts.",
      log: expect.stringMatching(/^fatal: (not a git repository|detected dubious ownership)/) as string,
    });
  });

  it.each([
    ["not-a-repository", "gitleaks could not look at everything: [git] fatal: not a git repository (or any of the parent directories): .git"],
    ["foreign-owner", "gitleaks could not look at everything: [git] fatal: detected dubious ownership in repository at '/history.git'"],
    ["corrupt-repository", "gitleaks could not look at everything: [git] fatal: unable to read cb0ff5c3b541f646105198ee23ac0fc3d805023e"],
    ["unreadable-file", "gitleaks could not look at everything: skipping file: permission denied path=locked.ts"],
    ["no-commits", "gitleaks scanned no commit: it could not read the history."],
    ["empty-working-tree", "gitleaks looked at no file of the working tree."],
  ])("%s: the report alone would be a pass", (fixture, message) => {
    const result = resultOf(readFixture(`gitleaks/${fixture}`));
    const [version, , ...scans] = result.commands;
    expect(scans[0]?.exitCode).toBe(0);
    expect(result.outputs.get("/report/history.json")?.trim()).toBe("[]");
    const notShallow = { exitCode: 0, stdout: "false\n", stderr: "" };
    expect(() => readSecrets({ ...result, commands: version === undefined ? [] : [version, notShallow, ...scans] })).toThrow(expect.objectContaining({ name: "UnreadableReportError", message }));
  });

  it("another user's repository is read all the same where the step declares it safe", async () => {
    expect(places(await look("foreign-owner-declared-safe"))).toEqual(["src/keys.ts:1"]);
  });
});

describe("a Gitleaks report that cannot be trusted", () => {
  const clean = resultOf(readFixture("gitleaks/clean"));
  const leaky = resultOf(readFixture("gitleaks/removed-key"));
  const history = "/report/history.json";
  const tree = "/report/tree.json";
  const withOutput = (result: StepResult, path: string, text: string): StepResult => ({ ...result, outputs: new Map([...result.outputs, [path, text]]) });
  const withCommand = (result: StepResult, index: number, changed: Partial<StepResult["commands"][number]>): StepResult => ({
    ...result,
    commands: result.commands.map((command, at) => (at === index ? { ...command, ...changed } : command)),
  });
  const leaks = leaky.outputs.get(history) ?? "";

  it.each<[string, StepResult, string | RegExp]>([
    ["empty", withOutput(clean, history, ""), "gitleaks left an empty report."],
    ["empty, of the tree", withOutput(clean, tree, "\n"), "gitleaks left an empty report."],
    ["cut off", withOutput(leaky, history, leaks.slice(0, 300)), /^gitleaks left a report that is cut off or not JSON \(\d+ characters\)\.$/],
    ["an object instead of an array", withOutput(clean, history, "{}"), /top level: .*expected array, received object/],
    ["null", withOutput(clean, history, "null"), /top level: .*expected array, received null/],
    ["a leak without a fingerprint", withOutput(leaky, history, leaks.replace('"Fingerprint"', '"Finger"')), /0\.Fingerprint: /],
    ["a leak without a file", withOutput(leaky, history, leaks.replace("src/keys.ts", "")), /0\.File: /],
    ["no leak, and the exit code of one", withCommand(clean, 2, { exitCode: 42 }), "gitleaks ended with 42 on the history but reported 0 leaks: one of them is wrong."],
    ["a leak, and the exit code of none", withCommand(leaky, 2, { exitCode: 0 }), "gitleaks ended with 0 on the history but reported 1 leaks: one of them is wrong."],
    ["no leak in the tree, and the exit code of one", withCommand(clean, 3, { exitCode: 42 }), "gitleaks ended with 42 on the working tree but reported 0 leaks: one of them is wrong."],
    ["nothing said of the history", withCommand(clean, 2, { stderr: "" }), "gitleaks scanned no commit: it could not read the history."],
    ["no commit", withCommand(clean, 2, { stderr: "8:14AM INF 0 commits scanned.\n" }), "gitleaks scanned no commit: it could not read the history."],
    ["nothing said of the tree", withCommand(clean, 3, { stderr: "" }), "gitleaks looked at no file of the working tree."],
    ["a fatal error", withCommand(clean, 3, { stderr: "8:14AM FTL failed to write report\n8:14AM INF scanned ~9 bytes (9 bytes) in 1ms\n" }), "gitleaks could not look at everything: failed to write report"],
    ["a partial scan", withCommand(clean, 2, { stderr: "8:14AM INF 2 commits scanned.\n8:14AM WRN no leaks found in partial scan\n" }), "gitleaks could not look at everything: no leaks found in partial scan"],
    ["a folder that was not read", withCommand(clean, 3, { stderr: '8:14AM WRN skipping directory error="permission denied" path=x\n8:14AM INF scanned ~9 bytes (9 bytes) in 1ms\n' }), /skipping directory/],
    ["a git log that was killed half-way", withOutput(clean, "/report/git-log.exits", "begun\nended 137\n"), "gitleaks read the history only in part: its git log did not come to its end."],
    ["a git log that never ended", withOutput(clean, "/report/git-log.exits", "begun\n"), "gitleaks read the history only in part: its git log did not come to its end."],
    ["a search for what silences it that failed", withCommand(clean, 4, { exitCode: 128 }), "Git could not look for what silences gitleaks in the history."],
    ["an unknown answer on shallowness", withCommand(clean, 1, { stdout: "" }), /^The clone is shallow/],
    ["scans that did not run", { ...clean, commands: clean.commands.slice(0, 4) }, "gitleaks did not run all of its scans."],
  ])("%s", (_name, result, message) => {
    expect(() => readSecrets(result)).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: typeof message === "string" ? message : (expect.stringMatching(message) as string) }));
  });

  it.each(["8:14AM WRN leaks found: 1", "8:14AM WRN exhaustive rename detection was skipped due to too many files.", "8:14AM INF Unknown SCM platform. host=ERR"])("is not one that only says %s", (line) => {
    const stderr = leaky.commands[2]?.stderr ?? "";
    expect(readSecrets(withCommand(leaky, 2, { stderr: `${stderr}${line}\n` })).findings).toHaveLength(1);
  });

  it("is none at all when Gitleaks ends with 1, its code for a fatal error", async () => {
    const fixture = readFixture("gitleaks/clean");
    const commands = fixture.commands.map((command, index) => (index === 2 ? { ...command, exitCode: 1, stderr: "8:14AM FTL no such file" } : command));
    const engine = recordedEngine({ ...fixture, commands });
    await expect(secrets.look(aContext({ engine, timeoutMs: 1000 }))).rejects.toMatchObject({
      code: "TOOL_FAILED",
      message: "gitleaks in step secrets ended with exit code 1, which is none of its verdicts.",
      log: "8:14AM FTL no such file",
    });
  });

  it("is none at all when a report is missing", async () => {
    const fixture = readFixture("gitleaks/clean");
    const engine = recordedEngine({ ...fixture, outputs: { [history]: "[]" } });
    await expect(secrets.look(aContext({ engine, timeoutMs: 1000 }))).rejects.toMatchObject({
      code: "OUTPUT_MISSING",
      message: "Step secrets ended without writing /report/tree.json.",
    });
  });
});
