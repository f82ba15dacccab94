import { describe, expect, it } from "vitest";
import { allowListNotes, applyAllowList, parseAllowList, type AllowList } from "../../src/gates/allow-list.ts";
import { aFinding } from "../support/values.ts";

const reason = "a false alarm, looked at by Ada";
const finding = aFinding({ id: "TS2322:src/a.ts", rule: "TS2322" });
const today = "2026-11-23";

describe("the allow list", () => {
  it("is empty when the file is absent", () => {
    expect(parseAllowList(undefined)).toEqual([]);
  });

  it("is read: id, reason, last day", () => {
    expect(parseAllowList(`[{"id": "X", "reason": "  ${reason} ", "until": "2028-02-29"}]`)).toEqual([{ id: "X", reason, until: "2028-02-29" }]);
  });

  it("says what is wrong, what was not done and what an entry looks like", () => {
    expect(() => parseAllowList('[{"id": "X", "reason": "short", "until": "soon"}]')).toThrow(
      '.gitops/allow.json cannot be used: entry 1 (X): reason is "short", say in at least 10 characters why this may stay; entry 1 (X): until is "soon", must be a day such as 2027-01-31; nothing was started. ' +
        'Each entry is {"id": "…", "reason": "…", "until": "YYYY-MM-DD"}.',
    );
  });

  it.each([
    ["empty", "", "is not JSON"],
    ["cut off", '[{"id": "X"', "is not JSON"],
    ["an object", "{}", "cannot be used: it must be a list "],
    ["an entry that is text", '["X"]', "cannot be used: entry 1: "],
    ["without an id", `[{"reason": "${reason}", "until": "2027-01-31"}]`, "cannot be used: entry 1: id is missing, "],
    ["an empty id", `[{"id": "", "reason": "${reason}", "until": "2027-01-31"}]`, 'cannot be used: entry 1: id is "", '],
    ["without a reason", '[{"id": "X", "until": "2027-01-31"}]', "cannot be used: entry 1 (X): reason is missing, "],
    ["a reason of spaces", '[{"id": "X", "reason": "            ", "until": "2027-01-31"}]', 'cannot be used: entry 1 (X): reason is "            ", say in at least 10 characters'],
    ["without an end", `[{"id": "X", "reason": "${reason}"}]`, "cannot be used: entry 1 (X): until is missing, must be a day"],
    ["a day in another form", `[{"id": "X", "reason": "${reason}", "until": "31.01.2027"}]`, 'cannot be used: entry 1 (X): until is "31.01.2027", must be a day'],
    ["a time", `[{"id": "X", "reason": "${reason}", "until": "2027-01-31T00:00:00Z"}]`, 'cannot be used: entry 1 (X): until is "2027-01-31T00:00:00Z", must be a day'],
    ["a day that is not", `[{"id": "X", "reason": "${reason}", "until": "2027-02-29"}]`, 'cannot be used: entry 1 (X): until is "2027-02-29", must be a day'],
    ["an unknown key", `[{"id": "X", "reason": "${reason}", "until": "2027-01-31", "rule": "Y"}]`, 'cannot be used: entry 1 (X): Unrecognized key: "rule"'],
  ])("is refused: %s", (_name, text, message) => {
    expect(() => parseAllowList(text)).toThrow(expect.objectContaining({ name: "AllowListError", message: expect.stringContaining(`.gitops/allow.json ${message}`) as string }));
  });

  it.each<[string, { id: string; until: string }, boolean, boolean]>([
    ["valid for long", { id: finding.id, until: "2027-01-31" }, true, true],
    ["on its last day", { id: finding.id, until: today }, true, true],
    ["expired yesterday", { id: finding.id, until: "2026-11-22" }, true, false],
    ["by rule", { id: "TS2322", until: today }, true, true],
    ["by rule, where only one finding may be named", { id: "TS2322", until: today }, false, false],
    ["by id, where only one finding may be named", { id: finding.id, until: today }, false, true],
    ["the beginning of an id", { id: "TS2322:src", until: today }, true, false],
    ["another id", { id: "TS2322:src/b.ts", until: today }, true, false],
  ])("covers a finding or not: %s", (_name, entry, byRule, covered) => {
    const [marked] = applyAllowList([finding], [{ reason, ...entry }], { today, byRule });
    expect(marked).toEqual(covered ? { ...finding, allowed: { reason, until: entry.until } } : finding);
  });

  it("covers nothing that did not come to its end", () => {
    const list = [{ id: finding.id, reason, until: "2027-01-31" }];
    expect(applyAllowList([{ ...finding, unfinished: true }], list, { today, byRule: true })).toEqual([{ ...finding, unfinished: true }]);
    expect(allowListNotes([{ findings: [{ ...finding, unfinished: true }], byRule: true }], list, { today, complete: true })).toMatchObject([{ problem: "matches nothing" }]);
  });

  it("goes on to the next entry when the first has expired", () => {
    const list: AllowList = [
      { id: finding.id, reason: "expired long ago", until: "2025-01-01" },
      { id: finding.id, reason, until: "2027-01-31" },
    ];
    expect(applyAllowList([finding], list, { today, byRule: false })[0]?.allowed?.reason).toBe(reason);
  });

  it.each<[string, { id: string; until: string }, boolean, "expired" | "matches nothing" | undefined]>([
    ["matches a finding", { id: finding.id, until: today }, true, undefined],
    ["matches a rule", { id: "TS2322", until: today }, true, undefined],
    ["matches nothing", { id: "TS9999", until: today }, true, "matches nothing"],
    ["matches nothing in an incomplete run", { id: "TS9999", until: today }, false, undefined],
    ["expired", { id: finding.id, until: "2026-11-22" }, true, "expired"],
    ["expired, in an incomplete run", { id: "TS9999", until: "2026-11-22" }, false, "expired"],
    ["names a rule of a gate that takes only findings", { id: "aws-access-token", until: today }, true, "matches nothing"],
  ])("notes an entry that does nothing: %s", (_name, entry, complete, problem) => {
    const gates = [
      { findings: [finding], byRule: true },
      { findings: [aFinding({ gate: "secrets", id: "src/keys.ts:aws-access-token:1", rule: "aws-access-token" })], byRule: false },
    ];
    const countAgain = problem === "expired" && entry.id === finding.id ? { countAgain: ["src/a.ts:3"] } : {};
    expect(allowListNotes(gates, [{ reason, ...entry }], { today, complete })).toEqual(problem === undefined ? [] : [{ ...entry, problem, ...countAgain }]);
  });

  it("names what an expired entry covered and nothing else covers", () => {
    const entry = { id: "TS2322", reason, until: "2026-11-22" };
    const findings = applyAllowList([finding, aFinding({ id: "TS2322:src/b.ts", where: "src/b.ts:7" })], [entry, { id: finding.id, reason, until: "2027-01-31" }], { today, byRule: true });
    expect(allowListNotes([{ findings, byRule: true }], [entry], { today, complete: true })).toEqual([{ id: "TS2322", until: "2026-11-22", problem: "expired", countAgain: ["src/b.ts:7"] }]);
  });
});
