import { describe, expect, it } from "vitest";
import { readLcov } from "../../../src/gates/tests/lcov.ts";

const place = { sources: "/app", path: "services/web" };
const record = (source: string, ...lines: string[]): string => [`SF:${source}`, ...lines, "end_of_record", ""].join("\n");

describe("an LCOV report", () => {
  it("counts lines for each file, by its path from the repository's root", () => {
    const coverage = readLcov(`TN:\n${record("src/a.ts", "DA:1,1", "DA:2,0", "LF:2", "LH:1")}${record("/app/src/b.ts", "FN:1,f", "DA:1,3", "BRDA:1,0,0,-")}`, place);
    expect(Object.fromEntries(coverage.files)).toEqual({ "services/web/src/a.ts": { found: 2, hit: 1 }, "services/web/src/b.ts": { found: 1, hit: 1 } });
    expect(coverage.total).toEqual({ found: 3, hit: 2 });
    expect(coverage.lcov).toBe("TN:\nSF:services/web/src/a.ts\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\nTN:\nSF:services/web/src/b.ts\nFN:1,f\nDA:1,3\nBRDA:1,0,0,-\nend_of_record\n");
  });

  it("of a service at the root of the repository has no folder before its paths", () => {
    expect([...readLcov(record("src/a.ts", "DA:1,1"), { sources: "/app", path: "." }).files.keys()]).toEqual(["src/a.ts"]);
  });

  it("adds up the records of one file", () => {
    expect(readLcov(record("a", "DA:1,0", "DA:2,1") + record("a", "DA:1,2", "DA:3,0"), place).total).toEqual({ found: 3, hit: 2 });
  });

  it("leaves out files outside of the service", () => {
    expect([...readLcov(record("/usr/lib/python3/x.py", "DA:1,1") + record("../other/a.ts", "DA:1,1") + record("a.ts", "DA:1,1"), place).files.keys()]).toEqual(["services/web/a.ts"]);
  });

  it("without a file is one of nothing", () => {
    expect(readLcov("", place).total).toEqual({ found: 0, hit: 0 });
  });

  it.each<[string, string, string]>([
    ["is cut off", record("src/a.ts", "DA:1,1").replace("end_of_record\n", ""), "The coverage report is cut off in its record of src/a.ts."],
    ["has a sum that is wrong", record("a.ts", "DA:1,1", "LF:2"), "The coverage report's sums for a.ts are not those of its lines."],
    ["has a sum of hit lines that is wrong", record("a.ts", "DA:1,0", "LF:1", "LH:1"), "The coverage report's sums for a.ts are not those of its lines."],
    ["has a line that counts no hits", record("a.ts", "DA:1"), "The coverage report counts the hits of a line as DA:1"],
    ["has a negative count", record("a.ts", "DA:1,-1"), "The coverage report counts the hits of a line as DA:1,-1"],
    ["ends what it did not begin", "end_of_record\n", "The coverage report ends a record that it did not begin."],
    ["begins a record in another", "SF:a\nSF:b\nend_of_record\n", "The coverage report begins a record inside of another one, or for no file."],
    ["is a page", "<!DOCTYPE html>", "The coverage report is not LCOV: <!DOCTYPE html>"],
    ["is about other files only", record("/elsewhere/a.ts", "DA:1,1"), "The coverage report names no file below /app."],
  ])("that %s is refused", (_name, text, message) => {
    expect(() => readLcov(text, place)).toThrow(expect.objectContaining({ name: "UnreadableReportError", message }));
  });
});
