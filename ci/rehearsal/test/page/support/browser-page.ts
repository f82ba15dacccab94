import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { openBrowser } from "../../../../local/test/support/browser.ts";

export interface PageOpener {
  readonly open: (url: string, options?: BrowserContextOptions) => Promise<Page>;
  /** What the last page said on the console, and asked of others than its own process. */
  readonly said: () => readonly string[];
}

/** One Chromium for all tests of a file, with a page for each. */
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
    open: async (url, options = {}) => {
      if (browser === undefined) throw new Error("There is no browser before the tests.");
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options })).newPage();
      page.setDefaultTimeout(10_000);
      said = [];
      page.on("console", (message) => said.push(`console: ${message.text()}`));
      page.on("pageerror", (error) => said.push(`error: ${error.message}`));
      page.on("request", (request) => {
        if (new URL(request.url()).origin !== new URL(url).origin) said.push(`request: ${request.url()}`);
      });
      await page.goto(url);
      return page;
    },
  };
}
