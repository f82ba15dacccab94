import { lstat, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import type { GateReport } from "../../../../dagger/src/report/schema.ts";
import { aGateReport, aReport } from "../../../../dagger/test/support/a-report.ts";
import { aFinding } from "../../../../dagger/test/support/values.ts";
import { lastDayFor } from "../../src/allow/arguments.ts";
import { nearest } from "../../src/allow/last-report.ts";
import { scratchFolder, scratchRepository, type Files } from "../support/scratch.ts";

/** `npm run allow`, as a person starts it. */

const main = join(import.meta.dirname, "../../src/allow/main.ts");
const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const soon = day(30);
const reason = "a false alarm, looked at by Ada";

interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function allow(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...args], { cwd, reject: false, stripFinalNewline: false });
  expect(stderr).not.toMatch(/^\s+at /m);
  return { exitCode, stdout, stderr };
}

const path = ".gitops/allow.json";
const listOf = async (root: string): Promise<unknown> => JSON.parse(await readFile(join(root, path), "utf8"));
const textOf = async (root: string): Promise<string | undefined> => readFile(join(root, path), "utf8").catch(() => undefined);
const fileOf = (...entries: readonly { id: string; reason?: string; until: string }[]): Files => ({ [path]: JSON.stringify(entries.map((entry) => ({ reason, ...entry }))) });

const leak = "0123abc:src/keys.ts:aws-access-token:4";
const typeError = { gate: "static-analysis", id: "TS2322:src/a.ts", rule: "TS2322", where: "src/a.ts:3" } as const;
/** One leak, which may be allowed by itself only, and two type errors. */
function reportOf(staticAnalysis: Partial<GateReport> = {}): Files {
  const gates = [
    aGateReport("secrets", { verdict: "failed", findings: [aFinding({ gate: "secrets", id: leak, rule: "aws-access-token", where: "src/keys.ts:4" })] }),
    aGateReport("static-analysis", { verdict: "failed", findings: [aFinding(typeError), aFinding({ ...typeError, where: "src/a.ts:9" })], ...staticAnalysis }),
  ];
  return { "out/report.json": JSON.stringify(aReport({}, { gates })) };
}

describe("an entry", () => {
  it("is written with its reason and last day, in a folder that is made for it, and what it covers is said", async () => {
    const root = await scratchRepository({ "a.txt": "", ...reportOf() });
    const { exitCode, stdout, stderr } = await allow(root, "TS2322", "--reason", `  ${reason} `, "--until", soon);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: `TS2322 is allowed until ${soon}.\nIt covers 2 findings of the last report: src/a.ts:3, src/a.ts:9.\n`, stderr: "" });
    expect(await textOf(root)).toBe(`[\n  {\n    "id": "TS2322",\n    "reason": "${reason}",\n    "until": "${soon}"\n  }\n]\n`);
    expect(await readdir(join(root, ".gitops"))).toEqual(["allow.json"]);
  });

  it("goes among the others, sorted by id", async () => {
    const root = await scratchRepository(fileOf({ id: "Z", until: soon }, { id: "B", until: soon }));
    await allow(root, "M", "--reason", reason, "--until", soon);
    expect(await listOf(root)).toMatchObject([{ id: "B" }, { id: "M" }, { id: "Z" }]);
  });

  it("is written at the repository's root from any folder in it", async () => {
    const root = await scratchRepository({ "web/a.txt": "" });
    expect((await allow(join(root, "web"), "X", "--reason", reason, "--until", day(0))).exitCode).toBe(0);
    expect(await listOf(root)).toEqual([{ id: "X", reason, until: day(0) }]);
  });

  it("that is there is renewed, though the last report has nothing of it", async () => {
    const root = await scratchRepository({ ...fileOf({ id: "OLD", until: day(-3) }), ...reportOf() });
    const { exitCode, stdout } = await allow(root, "OLD", "--reason", "another reason altogether", "--until", soon);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `OLD is renewed until ${soon}; it was allowed until ${day(-3)}, because: ${reason}\nThe last report has no finding that it covers.\n` });
    expect(await listOf(root)).toEqual([{ id: "OLD", reason: "another reason altogether", until: soon }]);
  });

  it("is written without a report, which is said", async () => {
    const root = await scratchRepository({ "a.txt": "" });
    expect((await allow(root, "X", "--reason", reason, "--until", soon)).stdout).toBe(`X is allowed until ${soon}.\nThere is no report of a run here to say what that covers.\n`);
  });

  it.each([["cut off", '{"schemaVersion": 1'], ["of another program", '{"findings": []}']])("is written beside a report that is %s", async (_what, text) => {
    const root = await scratchRepository({ "out/report.json": text });
    expect((await allow(root, "X", "--reason", reason, "--until", soon)).exitCode).toBe(0);
  });

  it("keeps a file that is a link", async () => {
    const root = await scratchRepository({ "shared/allow.json": "[]" });
    await mkdir(join(root, ".gitops"));
    await symlink("../shared/allow.json", join(root, path));
    await allow(root, "X", "--reason", reason, "--until", soon);
    expect((await lstat(join(root, path))).isSymbolicLink()).toBe(true);
    expect(JSON.parse(await readFile(join(root, "shared/allow.json"), "utf8"))).toHaveLength(1);
  });
});

describe("an id that the last report does not know", () => {
  it("is refused, with those that it may have meant; --force allows it all the same", async () => {
    const root = await scratchRepository({ "a.txt": "", ...reportOf() });
    const refused = await allow(root, "TS2332", "--reason", reason, "--until", soon);
    expect(refused).toEqual({ exitCode: 2, stdout: "", stderr: "The last report has no finding and no rule TS2332. Nothing was changed. Did you mean one of these?\n  TS2322\n  TS2322:src/a.ts\nTo allow it all the same: --force.\n" });
    expect(await textOf(root)).toBeUndefined();
    const forced = await allow(root, "TS2332", "--reason", reason, "--until", soon, "--force");
    expect(forced).toMatchObject({ exitCode: 0, stdout: `TS2332 is allowed until ${soon}.\nThe last report has no finding that it covers.\n` });
  });

  it("is refused where it is a rule of a gate that takes single findings only, and says which there are", async () => {
    const root = await scratchRepository(reportOf());
    const { exitCode, stderr } = await allow(root, "aws-access-token", "--reason", reason, "--until", soon);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `aws-access-token is a rule, and secrets takes single findings only. Nothing was changed. Name one: ${leak}.\n` });
    expect((await allow(root, leak, "--reason", reason, "--until", soon)).exitCode).toBe(0);
  });

  it("is looked for in the folder that --out names", async () => {
    const root = await scratchRepository({ "reports/report.json": reportOf()["out/report.json"] ?? "" });
    expect((await allow(root, "NOPE", "--reason", reason, "--until", soon, "--out", "reports")).exitCode).toBe(2);
  });
});

describe("what is refused: exit code 2, one sentence, and nothing is changed", () => {
  const tooLate = day(400);
  it.each<[string, readonly string[], string | RegExp]>([
    ["no argument", [], "Say what to allow, or --list, or --remove. Nothing was changed."],
    ["no id", ["--reason", reason, "--until", soon], "Say which finding: its id is missing. Nothing was changed."],
    ["an empty id", ["", "--reason", reason, "--until", soon], "Say which finding: its id is missing. Nothing was changed."],
    ["no reason", ["X", "--until", soon], 'Say why it may stay: --reason "…" is missing. Nothing was changed.'],
    ["a short reason", ["X", "--reason", "because   ", "--until", soon], '--reason: say in at least 10 characters why this may stay; it is "because   ". Nothing was changed.'],
    ["no end", ["X", "--reason", reason], "Say until when it may stay: --until YYYY-MM-DD is missing. Nothing was changed."],
    ["a day in another form", ["X", "--reason", reason, "--until", "31.01.2027"], '--until must be a day such as 2027-01-31, and is "31.01.2027": write it as year-month-day. Nothing was changed.'],
    ["a time", ["X", "--reason", reason, "--until", `${soon}T10:00:00Z`], /write it as year-month-day\. Nothing was changed\.$/],
    ["a day that is not", ["X", "--reason", reason, "--until", "2027-02-30"], '--until must be a day such as 2027-01-31, and is "2027-02-30": no calendar has that day. Nothing was changed.'],
    ["yesterday", ["X", "--reason", reason, "--until", day(-1)], `--until ${day(-1)} is over: today is ${day(0)}, UTC. Nothing was changed.`],
    ["more than a year", ["X", "--reason", reason, "--until", tooLate], `--until ${tooLate} is more than a year ahead: somebody has to look again by ${lastDayFor(day(0))}. Nothing was changed.`],
    ["two ids", ["X", "Y", "--reason", reason, "--until", soon], /^Too many arguments/],
    ["an unknown option", ["X", "--forever"], /^Unknown option '--forever'/],
    ["an id beside --list", ["X", "--list"], "An id, --list and --remove exclude each other. Nothing was changed."],
    ["--list beside --remove", ["--list", "--remove", "X"], "An id, --list and --remove exclude each other. Nothing was changed."],
  ])("%s", async (_what, args, message) => {
    const root = await scratchRepository(fileOf({ id: "OLD", until: soon }));
    const before = await textOf(root);
    const { exitCode, stdout, stderr } = await allow(root, ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    const [said = ""] = stderr.split(" See: npm run allow -- --help\n");
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
    expect(await textOf(root)).toBe(before);
  });

  it.each<[string, string, RegExp]>([
    ["is cut off", '[{"id": "OLD"', /^\.gitops\/allow\.json is not JSON \(.*\); nothing was changed\. Each entry is .*\. Mend it by hand and try again\.\n$/],
    ["has a day in the wrong form", '[{"id": "OLD", "reason": "a good one, by Ada", "until": "31.01.2027"}]', /^\.gitops\/allow\.json cannot be used: entry 1 \(OLD\): until is "31\.01\.2027", must be a day such as 2027-01-31; nothing was changed\./],
    ["is no list", "{}", /^\.gitops\/allow\.json cannot be used: it must be a list /],
  ])("a file that %s: it is left as it is, for somebody to mend", async (_what, text, message) => {
    const root = await scratchRepository({ [path]: text });
    for (const args of [["X", "--reason", reason, "--until", soon], ["--remove", "OLD"], ["--list"]]) {
      const { exitCode, stdout, stderr } = await allow(root, ...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toMatch(message);
    }
    expect(await textOf(root)).toBe(text);
  });

  it("a folder that is no repository", async () => {
    const { exitCode, stderr } = await allow(await scratchFolder(), "--list");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^This folder is not in a Git repository/);
  });

  it("a folder's name that is taken by a file", async () => {
    const root = await scratchRepository({ ".gitops": "" });
    const { exitCode, stderr } = await allow(root, "X", "--reason", reason, "--until", soon);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^\.gitops\/allow\.json cannot be read \(ENOTDIR.* Nothing was changed\./);
  });

  it.runIf(process.platform === "linux")("but a file that cannot be written is the machine's fault: exit code 4", async () => {
    const root = await scratchRepository({ "a.txt": "" });
    // Nobody can make a file there.
    await symlink("/proc", join(root, ".gitops"));
    const { exitCode, stdout, stderr } = await allow(root, "X", "--reason", reason, "--until", soon);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(stderr).toMatch(/^\.gitops\/allow\.json cannot be written \(ENOENT.*\)\. It is as it was\. Make room, or mend its folder's permissions, and try again\.\n$/);
  });
});

describe("--remove", () => {
  it("takes an entry out, and leaves the others", async () => {
    const root = await scratchRepository(fileOf({ id: "A", until: soon }, { id: "B", until: soon }));
    expect(await allow(root, "--remove", "A")).toEqual({ exitCode: 0, stdout: "A is allowed no more: what it covered counts again.\n", stderr: "" });
    expect(await listOf(root)).toEqual([{ id: "B", reason, until: soon }]);
  });

  it("refuses an entry that is not there, with one that it may have meant", async () => {
    const root = await scratchRepository(fileOf({ id: "CKV_AWS_18", until: soon }));
    expect(await allow(root, "--remove", "CKV_AWS_19")).toEqual({ exitCode: 2, stdout: "", stderr: "The allow list has no entry CKV_AWS_19. Nothing was changed. Did you mean CKV_AWS_18?\n" });
    expect((await allow(root, "--remove", "zzz")).stderr).toBe("The allow list has no entry zzz. Nothing was changed. See: npm run allow -- --list\n");
  });
});

describe("--list", () => {
  const entries = fileOf({ id: "TS2322", until: day(1) }, { id: leak, until: day(-3) }, { id: "NOTHING", until: soon });

  it("says of each entry what it does and when it ends, the first to end first", async () => {
    const { exitCode, stdout } = await allow(await scratchRepository({ ...entries, ...reportOf() }), "--list");
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      [
        `${leak}\n  ended on ${day(-3)}: 1 finding of the last report counts again: src/keys.ts:4\n  ${reason}`,
        `TS2322\n  ends in 1 day, ${day(1)}; covers 2 findings of the last report: src/a.ts:3, src/a.ts:9\n  ${reason}`,
        `NOTHING\n  ends in 30 days, ${soon}; matches nothing in the last report\n  ${reason}`,
        "",
      ].join("\n"),
    );
  });

  it("does not say that an entry matches nothing where not every gate could look", async () => {
    const root = await scratchRepository({ ...entries, ...reportOf({ verdict: "unavailable", reason: "No registry answers.", findings: [] }) });
    expect((await allow(root, "--list")).stdout).toContain(`ends in 30 days, ${soon}; matches nothing in the last report, in which not every gate could look`);
  });

  it("needs no report, and no entry", async () => {
    expect((await allow(await scratchRepository(fileOf({ id: "X", until: day(0) })), "--list")).stdout).toBe(`X\n  ends today, ${day(0)}\n  ${reason}\nThere is no report of a run here to say what they cover.\n`);
    expect((await allow(await scratchRepository({ "a.txt": "" }), "--list")).stdout).toBe("Nothing is allowed.\n");
  });
});

describe("help", () => {
  it("has examples and the exit codes, and changes nothing", async () => {
    const { exitCode, stdout, stderr } = await allow(await scratchFolder(), "--help");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain('npm run allow -- CKV_AWS_18 --reason "access logs come with issue 12" --until 2027-01-31');
    expect(stdout).toContain("Exit codes:");
  });
});

it.each([
  ["2026-11-23", "2027-11-23"],
  ["2028-02-29", "2029-02-28"],
])("a year from %s is %s", (today, last) => {
  expect(lastDayFor(today)).toBe(last);
});

it("the nearest ids come first, and those with nothing in common not at all", () => {
  expect(nearest("ckv_aws_81", ["CKV_AWS_18", "CKV_AWS_8", "no-debugger", "CKV2_AWS_5"])).toEqual(["CKV_AWS_8", "CKV_AWS_18", "CKV2_AWS_5"]);
  expect(nearest("x", ["CKV_AWS_18"])).toEqual([]);
});
