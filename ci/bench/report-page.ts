import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { html } from "../../dagger/src/report/html.ts";
import { markup } from "../../dagger/src/report/markup.ts";
import type { Report } from "../../dagger/src/report/schema.ts";
import { sampleReport } from "../../dagger/test/support/sample-report.ts";
import { openBrowser } from "../local/test/support/browser.ts";

/**
 * How long a reader waits for report.html with 5,000 findings, in Chromium:
 *   npm run bench:report
 * The rivals, in the same run: a plain HTML table of the same findings with the
 * few lines of script that everybody writes to filter it, and our own page of
 * 500 findings.
 */

const browser = await openBrowser();
const scratch = await mkdtemp(join(tmpdir(), "gitops-bench-"));
try {
  const many = sampleReport({ findings: 5_000 });
  const made = timeToMake(many);
  const ours = await measure(browser, "ours", html(many));
  const small = await measure(browser, "small", html(sampleReport({ findings: 500 })));
  const plain = await measure(browser, "plain", plainTable(many));

  print(`${(html(many).length / 1e6).toFixed(1)} MB, made in ${made.toFixed(0)} ms`, []);
  print("5,000 findings: first paint", [ours.firstPaint, "a plain table", plain.firstPaint, ""]);
  print("5,000 findings: DOMContentLoaded", [ours.loaded, "a plain table", plain.loaded, ""]);
  print("a key in the search field, median", [median(ours.keys), "a plain table", median(plain.keys), "under 100 ms"]);
  print("a key in the search field, worst", [Math.max(...ours.keys), "a plain table", Math.max(...plain.keys), "under 100 ms"]);
  print("a key in the search field, worst", [Math.max(...ours.keys), "500 findings", Math.max(...small.keys), ""]);
  print("a severity chosen, worst", [Math.max(...ours.choices), "500 findings", Math.max(...small.choices), "under 100 ms"]);
} finally {
  await browser.close();
  await rm(scratch, { recursive: true, force: true });
}

function timeToMake(report: Report): number {
  const times = Array.from({ length: 5 }, () => {
    const startedAt = performance.now();
    html(report);
    return performance.now() - startedAt;
  });
  return median(times);
}

interface Measured {
  readonly firstPaint: number;
  readonly loaded: number;
  /** From the key to the frame that shows what it found. */
  readonly keys: readonly number[];
  readonly choices: readonly number[];
}

/** Opened three times, each in a browser window of its own; the middle one of the times to open counts, and every key. */
async function measure(inside: Browser, name: string, text: string): Promise<Measured> {
  const file = join(scratch, `${name}.html`);
  await writeFile(file, text);
  const runs: Measured[] = [];
  for (let run = 0; run < 3; run += 1) {
    const page = await inside.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(pathToFileURL(file).href);
    const firstPaint = z.number().parse(await page.evaluate("new Promise((done) => new PerformanceObserver((list) => done(list.getEntries()[0].startTime)).observe({ type: 'paint', buffered: true }))"));
    const loaded = z.number().parse(await page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"));
    runs.push({ firstPaint, loaded, keys: await typing(page), choices: await choosing(page) });
    await page.close();
  }
  return {
    firstPaint: median(runs.map((run) => run.firstPaint)),
    loaded: median(runs.map((run) => run.loaded)),
    keys: runs.flatMap((run) => run.keys),
    choices: runs.flatMap((run) => run.choices),
  };
}

/** A word letter by letter, taken back letter by letter, and one that finds nothing. */
async function typing(page: Page): Promise<number[]> {
  const texts = ["l", "lo", "lod", "lodash", "lod", "lo", "l", "", "z", "zzz", "", "services/backend", ""];
  const times: number[] = [];
  for (const text of texts) times.push(await untilShown(page, `(() => { const field = document.querySelector("input[name=text]"); field.value = ${JSON.stringify(text)}; field.dispatchEvent(new Event("input", { bubbles: true })); })()`));
  return times;
}

/** Each severity, and back. */
async function choosing(page: Page): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < 10; index += 1) times.push(await untilShown(page, `document.querySelectorAll("input[name=severity]")[${String(index % 5)}]?.click()`));
  return times;
}

/** Milliseconds until the frame after `act` has been drawn. */
async function untilShown(page: Page, act: string): Promise<number> {
  const drawn = `new Promise((done) => requestAnimationFrame(() => {
    const startedAt = performance.now();
    ${act};
    requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => done(performance.now() - startedAt); port2.postMessage(0); });
  }))`;
  return z.number().parse(await page.evaluate(drawn));
}

/** The same findings without anything of ours, and the filter that everybody writes. */
function plainTable(report: Report): string {
  const rows = report.gates.flatMap((gate) => gate.findings).map((finding) => markup`<tr><td>${finding.severity}</td><td>${finding.title} ${finding.rule} ${finding.fixedIn ?? ""} ${finding.via?.join(" > ") ?? ""} ${finding.layer ?? ""} ${finding.id}</td><td>${finding.where} ${finding.service ?? ""}</td><td>${finding.gate}</td><td>${finding.allowed?.reason ?? (finding.known === true ? "known" : "open")}</td></tr>
`);
  return markup`<!doctype html><meta charset="utf-8"><title>plain</title><input name="text"><table>${rows}</table><script>
document.querySelector("input").addEventListener("input", (event) => {
  const text = event.target.value.toLowerCase();
  for (const row of document.querySelectorAll("tr")) row.style.display = row.textContent.toLowerCase().includes(text) ? "" : "none";
});
</script>`.markup;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(what: string, row: readonly [ours: number, rival: string, rivals: number, target: string] | readonly []): void {
  const [ours, rival, rivals, target] = row;
  process.stdout.write(ours === undefined || rivals === undefined ? `${what}\n` : `${what.padEnd(36)} ${ours.toFixed(0).padStart(6)} ms   ${(ours / rivals).toFixed(2)} x ${rival ?? ""} (${rivals.toFixed(0)} ms)${target === "" ? "" : `   target: ${target ?? ""}`}\n`);
}
