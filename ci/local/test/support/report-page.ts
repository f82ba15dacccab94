import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { z } from "zod";
import { html } from "../../../../dagger/src/report/html.ts";
import type { Report } from "../../../../dagger/src/report/schema.ts";
import { sampleReport } from "../../../../dagger/test/support/sample-report.ts";
import { openBrowser } from "./browser.ts";
import { scratchFolder } from "./scratch.ts";

/** report.html as Chromium shows it. */

export const wide = { width: 1400, height: 900 };
export const phone = { width: 400, height: 800 };

export interface PageOpener {
  readonly open: (report: Report, options?: BrowserContextOptions) => Promise<Page>;
  /** What the last page said and asked for, beside itself. */
  readonly said: () => readonly string[];
}

/** One browser for all tests of a file. */
export function withBrowser(): PageOpener {
  let browser: Browser | undefined;
  let said: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map(async (context) => context.close()));
  });
  afterAll(async () => browser?.close());

  return {
    said: () => said,
    open: async (report, options = {}) => {
      if (browser === undefined) throw new Error("There is no browser before the tests.");
      const file = join(await scratchFolder("page"), "report.html");
      await writeFile(file, html(report));
      const page = await (await browser.newContext({ viewport: wide, ...options })).newPage();
      said = listen(page);
      await page.goto(pathToFileURL(file).href);
      return page;
    },
  };
}

function listen(page: Page): string[] {
  const said: string[] = [];
  page.on("console", (message) => said.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.isNavigationRequest() && request.url() !== "data:,") said.push(`request: ${request.url()}`);
  });
  return said;
}

export const countText = async (page: Page): Promise<string> => page.locator("output[name=count]").innerText();
export const shownRows = (page: Page): ReturnType<Page["locator"]> => page.locator("table.findings tbody tr:not([hidden])");
/** Not what is drawn: what is far away is not drawn until it comes near. */
export const shownTitles = async (page: Page): Promise<string[]> => shownRows(page).locator("td:nth-child(2) > p").allTextContents();
export const numberOf = async (page: Page, expression: string): Promise<number> => z.number().parse(await page.evaluate(expression));

/** Four findings that differ in gate, severity, service and state. */
export const few: Report = (() => {
  const sample = sampleReport({ findings: 0 });
  const finding = (gate: "secrets" | "image-scan", severity: "critical" | "low", service: string, title: string, more: object = {}) => ({ gate, id: `id-${title}`, rule: `rule-${title}`, severity, title, where: `${service}/a.ts:1`, service, ...more });
  return {
    ...sample,
    gates: sample.gates.map((gate) => ({
      ...gate,
      mode: "block",
      blocksAt: "critical",
      findings:
        gate.name === "secrets"
          ? [finding("secrets", "critical", "web", "Alpha"), finding("secrets", "low", "api", "Beta one")]
          : gate.name === "image-scan"
            ? [finding("image-scan", "critical", "web", "Gamma", { known: true }), finding("image-scan", "low", "api", "Delta one two", { allowed: { reason: "looked at", until: "2027-01-31" } })]
            : [],
    })),
  };
})();
