import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aReport } from "../../../../dagger/test/support/a-report.ts";
import { withStrings } from "../../../../dagger/test/support/hostile-report.ts";
import { sampleReport } from "../../../../dagger/test/support/sample-report.ts";
import { few, numberOf, phone, shownRows, shownTitles, wide, withBrowser } from "../support/report-page.ts";

const { open, said } = withBrowser();

describe("the page", () => {
  it("opens without a word on the console and without a request", async () => {
    const page = await open(sampleReport());
    await page.locator("input[name=text]").fill("lodash");
    await page.locator("a[data-gate]").first().click();
    await page.locator("details summary:visible").first().click();
    expect(said()).toEqual([]);
    expect(await page.title()).toBe("✗ notes 0123456: failed");
  });

  it.each([
    ["on a phone", phone],
    ["on a small phone", { width: 320, height: 600 }],
    ["on a tablet", { width: 800, height: 1000 }],
    ["on a screen", wide],
  ])("scrolls in one direction only %s, with all that can be opened open", async (_name, viewport) => {
    const long = withStrings(sampleReport({ findings: 40 }), () => "services/a-very-long-name-without-any-break/".repeat(8));
    for (const report of [sampleReport(), long]) {
      const page = await open(report, { viewport });
      await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
      expect(await numberOf(page, "document.documentElement.scrollWidth")).toBe(viewport.width);
      // Nothing sticks out of the page's edge and is cut off either.
      expect(await page.evaluate("[...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('svg')).map((one) => one.outerHTML.slice(0, 80))")).toEqual([]);
    }
  });

  it.each([
    ["light", wide],
    ["light", phone],
    ["dark", wide],
    ["dark", phone],
  ] as const)("has nothing that keeps somebody out: axe finds nothing, %s at %j", async (colorScheme, viewport) => {
    const page = await open(sampleReport({ findings: 60 }), { colorScheme, viewport });
    await page.locator("details summary:visible").first().click();
    await page.evaluate(await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8"));
    const { violations, passes } = z
      .object({ passes: z.array(z.object({ id: z.string() })), violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })) })
      .parse(await page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })"));
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" ")}`)).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain("color-contrast");
  });

  it("is light or dark as the system is", async () => {
    const background = async (colorScheme: "light" | "dark"): Promise<unknown> => (await open(few, { colorScheme })).evaluate("getComputedStyle(document.body).backgroundColor");
    expect(await background("light")).toBe("rgb(246, 246, 244)");
    expect(await background("dark")).toBe("rgb(21, 22, 20)");
  });

  it("does not move by itself", async () => {
    const page = await open(sampleReport());
    await page.locator("a[data-gate]").first().click();
    expect(await numberOf(page, "document.getAnimations().length")).toBe(0);
    expect(await page.evaluate("document.querySelector('style').textContent")).not.toMatch(/transition|animation|scroll-behavior/);
  });

  it("is printed light, without filters, with every finding", async () => {
    const page = await open(few, { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(27, 28, 26)");
    expect(await page.locator("form").isVisible()).toBe(false);
    expect(await shownRows(page).count()).toBe(4);
  });

  it("draws the steps to scale", async () => {
    const page = await open(aReport({}, { durationMs: 100_000, steps: [{ gate: "secrets", name: "secrets", startedAtMs: 25_000, durationMs: 50_000, outcome: "done" }] }));
    const box = await page.locator(".timeline rect").boundingBox();
    const whole = await page.locator(".timeline tbody svg").boundingBox();
    if (box === null || whole === null) throw new Error("nothing is drawn");
    expect((box.x - whole.x) / whole.width).toBeCloseTo(0.25, 2);
    expect(box.width / whole.width).toBeCloseTo(0.5, 2);
  });
});

describe("the keyboard alone", () => {
  it("reaches everything that can be used, in the order of the page, and one sees where it is", async () => {
    const page = await open(few);
    const visited: string[] = [];
    for (let step = 0; step < 60 && visited.at(-1) !== "summary"; step += 1) {
      await page.keyboard.press("Tab");
      visited.push(z.string().parse(await page.evaluate("(() => { const one = document.activeElement; return one.name || one.dataset.gate || (one.tagName === 'A' ? one.getAttribute('href') : one.tagName.toLowerCase()); })()")));
      const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle + ' ' + getComputedStyle(document.activeElement).outlineWidth");
      expect(outline).toBe("solid 2px");
    }
    expect(visited).toEqual([
      "#content",
      ...["#to-do", "#gates", "#timeline", "#findings", "#allow-list", "#silenced", "#images", "#files", "#posture"],
      ...["secrets", "secrets", "image-scan"],
      ...["text", "gate", "service", "button", "severity", "severity", "state", "state", "state", "state"],
      "summary",
    ]);
  });

  it("filters", async () => {
    const page = await open(few);
    await page.focus("input[name=text]");
    await page.keyboard.type("one");
    expect(await shownTitles(page)).toEqual(["Beta one", "Delta one two"]);
    await page.focus("input[value=allowed]");
    await page.keyboard.press("Space");
    expect(await shownTitles(page)).toEqual(["Delta one two"]);
    await page.focus("input[name=text]");
    await page.keyboard.press("Enter");
    expect(await shownTitles(page)).toEqual(["Delta one two"]);
    expect(said()).toEqual([]);
  });

  it("skips to the content", async () => {
    const page = await open(few);
    await page.keyboard.press("Tab");
    expect(await page.locator(".skip").isVisible()).toBe(true);
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
  });
});

describe("without a script", () => {
  it.each([["wide", wide], ["narrow", phone]])("everything is there and can be read, %s, and there are no filters", async (_name, viewport) => {
    const page = await open(sampleReport({ findings: 250 }), { javaScriptEnabled: false, viewport });
    expect(await page.locator("form").isVisible()).toBe(false);
    expect(await page.locator("table.findings tbody tr").count()).toBe(250);
    await page.locator("table.findings tbody tr").last().scrollIntoViewIfNeeded();
    expect(await page.locator("table.findings tbody tr").last().isVisible()).toBe(true);
    const bar = await page.locator(".timeline rect").first().boundingBox();
    expect(bar?.width).toBeGreaterThan(2);
    await page.locator("table.findings summary").last().click();
    expect(await page.locator("table.findings .command").last().isVisible()).toBe(true);
  });
});
