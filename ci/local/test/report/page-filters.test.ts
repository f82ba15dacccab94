import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { sampleReport } from "../../../../dagger/test/support/sample-report.ts";
import { countText, few, shownRows, shownTitles, withBrowser } from "../support/report-page.ts";

const { open } = withBrowser();

describe("the filters of the page", () => {
  it.each<[string, (page: Page) => Promise<unknown>, string[], string]>([
    ["text", async (page) => page.fill("input[name=text]", "one"), ["Beta one", "Delta one two"], "2 of 4 findings"],
    ["every word of a text, in any case", async (page) => page.fill("input[name=text]", "TWO one"), ["Delta one two"], "1 of 4 findings"],
    ["a rule", async (page) => page.fill("input[name=text]", "rule-alpha"), ["Alpha"], "1 of 4 findings"],
    ["an id", async (page) => page.fill("input[name=text]", "id-gamma"), ["Gamma"], "1 of 4 findings"],
    ["a place", async (page) => page.fill("input[name=text]", "web/a.ts"), ["Alpha", "Gamma"], "2 of 4 findings"],
    ["a gate", async (page) => page.selectOption("select[name=gate]", "image-scan"), ["Gamma", "Delta one two"], "2 of 4 findings"],
    ["a service", async (page) => page.selectOption("select[name=service]", "web"), ["Alpha", "Gamma"], "2 of 4 findings"],
    ["a severity", async (page) => page.check("input[value=low]"), ["Beta one", "Delta one two"], "2 of 4 findings"],
    ["the state known", async (page) => page.check("input[value=known]"), ["Gamma"], "1 of 4 findings"],
    ["the state allowed", async (page) => page.check("input[value=allowed]"), ["Delta one two"], "1 of 4 findings"],
    ["the state open", async (page) => page.check("input[value=open]"), ["Alpha", "Beta one"], "2 of 4 findings"],
    ["what stops the release", async (page) => page.check("input[value=stops]"), ["Alpha"], "1 of 4 findings"],
    ["two states", async (page) => { await page.check("input[value=known]"); await page.check("input[value=allowed]"); }, ["Gamma", "Delta one two"], "2 of 4 findings"],
    ["several at once", async (page) => { await page.check("input[value=critical]"); await page.selectOption("select[name=gate]", "secrets"); }, ["Alpha"], "1 of 4 findings"],
    ["the command's own words, which are nobody's", async (page) => page.fill("input[name=text]", "npm run allow"), [], "0 of 4 findings"],
  ])("find by %s", async (_name, act, expected, text) => {
    const page = await open(few);
    expect(await shownTitles(page)).toEqual(["Alpha", "Gamma", "Beta one", "Delta one two"]);
    await act(page);
    expect(await shownTitles(page)).toEqual(expected);
    expect(await countText(page)).toBe(text);
    expect(await page.locator("#nothing").isVisible()).toBe(expected.length === 0);
  });

  it("count what each choice would show, given the others", async () => {
    const page = await open(few);
    const numbers = async (): Promise<Record<string, string>> => Object.fromEntries((await page.locator("fieldset label").allTextContents()).map((text) => text.split(/\s+(?=\d+$)/) as [string, string]));
    expect(await numbers()).toEqual({ critical: "2", low: "2", "stops the release": "1", open: "2", known: "1", allowed: "1" });
    await page.selectOption("select[name=gate]", "secrets");
    expect(await numbers()).toEqual({ critical: "1", low: "1", "stops the release": "1", open: "2", known: "0", allowed: "0" });
    await page.check("input[value=low]");
    expect(await numbers()).toEqual({ critical: "1", low: "1", "stops the release": "0", open: "1", known: "0", allowed: "0" });
    expect(await page.locator("select[name=gate] option").allInnerTexts()).toEqual(["all", "secrets (1)", "image-scan (1)"]);
  });

  it("are all taken back by one button", async () => {
    const page = await open(few);
    await page.fill("input[name=text]", "one");
    await page.check("input[value=known]");
    await page.selectOption("select[name=service]", "api");
    expect(await countText(page)).toBe("0 of 4 findings");
    await page.click("button[type=reset]");
    expect(await countText(page)).toBe("4 findings");
    expect(await page.inputValue("input[name=text]")).toBe("");
    expect(await page.isChecked("input[value=known]")).toBe(false);
  });

  it("are set by a number in the table of gates, and by what stops the release", async () => {
    const page = await open(few);
    await page.click('.gates a[data-gate="image-scan"]');
    expect(await shownTitles(page)).toEqual(["Gamma", "Delta one two"]);
    await page.click('#to-do a[data-gate="secrets"]');
    expect(await shownTitles(page)).toEqual(["Alpha"]);
    await expect.poll(async () => page.evaluate("Math.abs(document.querySelector('#findings h2').getBoundingClientRect().top) < innerHeight")).toBe(true);
  });

  it("find what is in thousands of findings, and show it all again", async () => {
    const report = sampleReport({ findings: 5_000 });
    const page = await open(report);
    await page.fill("input[name=text]", "lodash");
    const expected = report.gates.flatMap((gate) => gate.findings).filter((finding) => JSON.stringify(finding).includes("lodash")).length;
    expect(await shownRows(page).count()).toBe(expected);
    await page.fill("input[name=text]", "");
    expect(await shownRows(page).count()).toBe(5_000);
    expect(await countText(page)).toBe("5000 findings");
  });
});
