import { describe, expect, it } from "vitest";
import { coverageXml } from "../../../src/gates/sonar/coverage.ts";

const lcov = (path: string, ...lines: string[]): string => ["TN:", `SF:${path}`, ...lines, "end_of_record", ""].join("\n");
const xml = (...lines: string[]): string => ['<coverage version="1">', ...lines, "</coverage>", ""].join("\n");

describe("coverageXml", () => {
  it.each<[string, string[], string]>([
    ["no report", [], xml()],
    ["an empty report", [""], xml()],
    ["lines that were run and not", [lcov("src/a.ts", "DA:1,3", "DA:2,0")], xml('  <file path="src/a.ts">', '    <lineToCover lineNumber="1" covered="true"/>', '    <lineToCover lineNumber="2" covered="false"/>', "  </file>")],
    [
      "branches, one of them taken",
      [lcov("src/a.ts", "DA:4,2", "BRDA:4,0,0,2", "BRDA:4,0,1,0")],
      xml('  <file path="src/a.ts">', '    <lineToCover lineNumber="4" covered="true" branchesToCover="2" coveredBranches="1"/>', "  </file>"),
    ],
    [
      "branches of a line that was never reached",
      [lcov("src/a.ts", "DA:4,0", "BRDA:4,0,0,-", "BRDA:4,0,1,-")],
      xml('  <file path="src/a.ts">', '    <lineToCover lineNumber="4" covered="false" branchesToCover="2" coveredBranches="0"/>', "  </file>"),
    ],
    ["a line with branches only", [lcov("src/a.ts", "BRDA:7,0,0,1")], xml('  <file path="src/a.ts">', '    <lineToCover lineNumber="7" covered="true" branchesToCover="1" coveredBranches="1"/>', "  </file>")],
    ["a branch named by a word", [lcov("src/a.ts", "DA:1,1", "BRDA:1,e0,jump to line 3,1")], xml('  <file path="src/a.ts">', '    <lineToCover lineNumber="1" covered="true" branchesToCover="1" coveredBranches="1"/>', "  </file>")],
    ["what else an LCOV report has", [lcov("src/a.ts", "FN:1,add", "FNDA:1,add", "FNF:1", "FNH:1", "DA:1,1,checksum", "LF:1", "LH:1", "BRF:0", "BRH:0")], xml('  <file path="src/a.ts">', '    <lineToCover lineNumber="1" covered="true"/>', "  </file>")],
    ["a file that no line of was counted", [lcov("src/types.ts")], xml('  <file path="src/types.ts">', "  </file>")],
    ["Windows' ends of lines", [lcov("src/a.ts", "DA:1,1").replaceAll("\n", "\r\n")], xml('  <file path="src/a.ts">', '    <lineToCover lineNumber="1" covered="true"/>', "  </file>")],
    ["a path that is not plain", [lcov('src/<a> & "b"/größe.ts', "DA:1,1")], xml('  <file path="src/&lt;a> &amp; &quot;b&quot;/größe.ts">', '    <lineToCover lineNumber="1" covered="true"/>', "  </file>")],
  ])("turns %s into Sonar's form", (_, reports, expected) => {
    expect(coverageXml(reports)).toBe(expected);
  });

  it("adds up what several reports and records say of one file, and sorts files and lines", () => {
    const one = lcov("src/b.ts", "DA:10,0", "DA:2,1", "BRDA:2,0,0,0", "BRDA:2,0,1,1") + lcov("src/b.ts", "DA:10,1");
    const other = lcov("src/a.ts", "DA:1,0") + lcov("src/b.ts", "DA:2,0", "BRDA:2,0,0,1", "BRDA:2,0,1,0");
    expect(coverageXml([one, other])).toBe(
      xml('  <file path="src/a.ts">', '    <lineToCover lineNumber="1" covered="false"/>', "  </file>", '  <file path="src/b.ts">', '    <lineToCover lineNumber="2" covered="true" branchesToCover="2" coveredBranches="2"/>', '    <lineToCover lineNumber="10" covered="true"/>', "  </file>"),
    );
  });

  it.each(["DA:one,1", "DA:1", "DA:1,-1", "BRDA:1,0,0", "BRDA:1,0,0,some"])("refuses %s", (line) => {
    expect(() => coverageXml([lcov("src/a.ts", line)])).toThrow(`The coverage of the unit tests cannot be handed over to Sonar: ${line}`);
  });

  it("refuses lines that belong to no file", () => {
    expect(() => coverageXml(["DA:1,1\n"])).toThrow("cannot be handed over");
  });
});
