import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseJsonReport } from "../../src/gates/parse-report.ts";

const schema = z.array(z.object({ rule: z.string() }));

describe("a tool's JSON report", () => {
  it("is parsed, without the keys that nobody reads", () => {
    expect(parseJsonReport("tool", '[{"rule": "a", "more": 1}]', schema)).toEqual([{ rule: "a" }]);
  });

  it.each([
    ["empty", "", "tool left an empty report."],
    ["blank", " \n", "tool left an empty report."],
    ["cut off", '[{"rule": "a"', "tool left a report that is cut off or not JSON (13 characters)."],
    ["a page of HTML", "<html>", "tool left a report that is cut off or not JSON (6 characters)."],
    ["an object instead of an array", "{}", "tool's report is not of the form that this pipeline knows: top level: Invalid input: expected array, received object."],
    ["null", "null", "tool's report is not of the form that this pipeline knows: top level: Invalid input: expected array, received null."],
    ["a wrong entry among right ones", '[{"rule": "a"}, {"rule": 7}]', "tool's report is not of the form that this pipeline knows: 1.rule: Invalid input: expected string, received number."],
  ])("is refused: %s", (_name, text, message) => {
    expect(() => parseJsonReport("tool", text, schema)).toThrow(expect.objectContaining({ name: "UnreadableReportError", message, raw: text.trim() === "" ? "" : text }));
  });
});
