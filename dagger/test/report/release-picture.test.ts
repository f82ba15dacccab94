import { XMLParser } from "fast-xml-parser";
import { SyntaxValidator } from "fast-xml-validator";
import { expect, it } from "vitest";
import { releasePicture } from "../../src/report/release-picture.ts";
import { released, rolledBack } from "./release-story.ts";

it.each([
  ["a release", released],
  ["one that was rolled back", rolledBack],
])("draws %s as XML that is whole, without scripts or anything from elsewhere", (_what, events) => {
  const picture = releasePicture(events) ?? "";
  expect(() => {
    SyntaxValidator.validate(picture);
  }).not.toThrow();
  expect(picture).not.toMatch(/<script|href|url\(|NaN|undefined|Infinity/);
  expect(picture).toContain("prefers-color-scheme:dark");
  const { svg } = new XMLParser({ ignoreAttributes: false }).parse(picture) as { svg: Record<string, string> };
  expect(svg["@_role"]).toBe("img");
});

it("steps up with the traffic, and says so in words", () => {
  const picture = releasePicture(released) ?? "";
  expect(picture).toContain("Release of 1a2b3c4: share of users&#39; requests on the new version, released");
  expect(picture).toContain("1:05 10 %; 2:05 20 %; 3:05 30 %");
  const path = /class="share" d="([^"]+)"/.exec(picture)?.[1] ?? "";
  const heights = [...path.matchAll(/V([\d.]+)/g)].map(([, value]) => Number(value));
  expect(heights).toEqual([220, 200, 180, 160, 140, 120, 100, 80, 60, 40, 40]);
});

it("comes down again at a rollback, with the moment at which the alarm fired", () => {
  const picture = releasePicture(rolledBack) ?? "";
  expect(picture).toContain("3:12 alarm notes-5xx-alarm; 3:19 rolled back; 3:19 0 %; 3:21 rolled back.");
  expect(picture).toMatch(/<line class="alarm"[^>]*\/><text class="alarmText"[^>]*>notes-5xx-alarm</);
  expect(picture).toMatch(/class="bad"[^>]*><title>AllowTraffic, 2:14, failed/);
});

it("draws nothing where nothing began", () => {
  expect(releasePicture([])).toBeUndefined();
});
