import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { junit } from "../../../../dagger/src/report/junit.ts";
import { hostileReport, hostileStrings, withStrings } from "../../../../dagger/test/support/hostile-report.ts";
import { sampleReport } from "../../../../dagger/test/support/sample-report.ts";
import { countText, few, numberOf, withBrowser } from "../support/report-page.ts";

const { open, said } = withBrowser();

describe("whatever tools write", () => {
  const ownElements = "a article b body button circle code dd details div dl dt fieldset footer form h1 h2 h3 head header html input label legend li line link main meta nav option output p rect script section select small span style summary svg table tbody td text th thead time title tr ul wbr".split(" ");
  const reports = [withStrings(sampleReport({ findings: 60 }), sequence(hostileStrings)), ...hostileStrings.slice(0, 8).map((text) => withStrings(sampleReport({ findings: 20 }), () => text)), ...fc.sample(hostileReport, { numRuns: 8, seed: 4 })];

  it("the page does nothing that its author did not", async () => {
    for (const report of reports) {
      const page = await open(report);
      const names = await page.evaluate("[...new Set([...document.querySelectorAll('*')].map((one) => one.localName))].toSorted().join(' ')");
      expect(String(names).split(" ").filter((name) => !ownElements.includes(name))).toEqual([]);
      expect(await numberOf(page, "document.scripts.length")).toBe(1);
      await page.locator("input[name=text]").fill("alert");
      await page.locator("input[name=text]").fill("");
      expect(await countText(page)).toMatch(/^\d+ findings$/);
      expect(said()).toEqual([]);
      await page.context().close();
    }
  });

  it("junit.xml is well-formed for the parser of a browser", async () => {
    const page = await open(few);
    for (const report of reports) {
      const suites = await page.evaluate(`(() => { const parsed = new DOMParser().parseFromString(${JSON.stringify(junit(report))}, "application/xml"); return parsed.querySelector("parsererror")?.textContent ?? parsed.querySelectorAll("testsuite").length; })()`);
      expect(suites).toBe(11);
    }
    expect(await page.evaluate(`new DOMParser().parseFromString("<a>\\u0001</a>", "application/xml").querySelector("parsererror") !== null`)).toBe(true);
  });
});

function sequence(values: readonly string[]): () => string {
  let index = 0;
  return () => values[index++ % values.length] ?? "";
}
