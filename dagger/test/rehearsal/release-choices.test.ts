import { describe, expect, it } from "vitest";
import { parseReleaseChoices, whyNotReleased } from "../../src/dagger-release-choices.ts";
import { parseConfig } from "../../src/config.ts";
import { gateNames } from "../../src/report/schema.ts";

describe("what a releasing function was given", () => {
  it("goes to a rehearsal, as usual", () => {
    expect(parseReleaseChoices({ target: "rehearsal", wait: true })).toEqual({ target: "rehearsal", breakGlass: "", allowOlder: false, wait: true, fresh: false, inject: undefined });
    expect(parseReleaseChoices({ target: "rehearsal", inject: "errors" }).inject).toBe("errors");
  });

  it.each([
    [{ target: "gcp" }, 'There is no target "gcp".'],
    [{ target: "rehearsal", breakGlass: "because of the outage" }, "--break-glass is for AWS"],
    [{ target: "aws", breakGlass: "why" }, "at least 10 characters"],
    [{ target: "aws", fresh: true }, "--fresh is for rehearsals"],
    [{ target: "aws", inject: "errors" }, "--inject is for rehearsals"],
    [{ target: "rehearsal", inject: "rain" }, 'There is no fault "rain"'],
  ])("is refused where it contradicts itself: %o", (given, message) => {
    expect(() => parseReleaseChoices(given)).toThrow(message);
    expect(() => parseReleaseChoices(given)).toThrow("Nothing was started.");
  });
});

describe("a run of the gates", () => {
  const service = { path: "web" };
  const config = (release: boolean) => parseConfig(JSON.stringify({ project: "notes", services: { web: service }, ...(release ? { release: { container: "web", port: 80 } } : {}) }));
  const all = { only: [...gateNames], target: "rehearsal", failFast: false } as const;

  it("goes on to a release when it had them all", () => {
    expect(whyNotReleased(all, config(true), false)).toBeUndefined();
  });

  it.each([
    ["gitops.json does not say how", all, config(false), false, "has no section release"],
    ["it was said", all, config(true), true, "as --no-release says"],
    ["it is a pull request's", { ...all, newSince: [] }, config(true), false, "--new-only is for pull requests"],
    ["some gates were left out", { ...all, only: ["secrets" as const] }, config(true), false, "not every gate was asked for"],
  ])("releases nothing where %s", (_why, choices, given, noRelease, message) => {
    expect(whyNotReleased(choices, given, noRelease)).toContain(message);
  });
});
