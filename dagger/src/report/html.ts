import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { findingsSection } from "./html-findings.ts";
import { gatesSection, toDoSection } from "./html-gates.ts";
import { allowListSection, filesSection, footer, imagesSection, postureSection, suppressionsSection } from "./html-more.ts";
import { releaseSection } from "./html-release.ts";
import { timelineSection } from "./html-timeline.ts";
import { headlineOf } from "./headline.ts";
import { markup, type Markup } from "./markup.ts";
import type { Report } from "./schema.ts";
import { visible } from "./visible.ts";
import { baselineText, formatDuration, formatTime, presetText } from "./words.ts";

/**
 * One page that needs nothing else: no request, no script but the one whose
 * hash it names, and all of its content without any script.
 */
export function html(given: Report, picture?: string): string {
  const report = visible(given);
  const headline = headlineOf(report);
  const style = readFileSync(new URL("page.css", import.meta.url), "utf8");
  const script = readFileSync(new URL("page.js", import.meta.url), "utf8");
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
  const sections = [releaseSection(report, picture), toDoSection(report), gatesSection(report), timelineSection(report), findingsSection(report), allowListSection(report), suppressionsSection(report), imagesSection(report), filesSection(report), postureSection(report)].filter((section) => section !== undefined);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${headline.sign} ${report.project} ${report.commit.slice(0, 7)}: ${headline.words}</title>
<link rel="icon" href="data:,">
<style>${{ markup: style }}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${banner(report)}
<nav aria-label="Sections">${sections.map((section) => markup`<a href="#${section.id}">${section.title}</a>`)}</nav>
<main id="content" tabindex="-1">
${sections.map((section) => markup`<section id="${section.id}" aria-labelledby="${section.id}-title">
<h2 id="${section.id}-title">${section.title}${section.count === undefined ? undefined : markup` <span class="count">${section.count}</span>`}</h2>
${section.content}
</section>
`)}</main>
${footer(report)}
<script>${{ markup: script }}</script>
</body>
</html>
`.markup;
}

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

function banner(report: Report): Markup {
  const notes = [baselineText(report), presetText(report)].filter((text) => text !== undefined);
  const { state, sign, words } = headlineOf(report);
  return markup`<header class="banner ${state}">
<h1>${report.project} <span class="verdict ${state}"><span aria-hidden="true">${sign}</span> ${words}</span></h1>
<p class="summary">${report.summary}</p>
${notes.map((note) => markup`<p>${note}</p>
`)}<dl>
<div><dt>Commit</dt><dd><code>${report.commit.slice(0, 7)}</code>${report.dirty ? " with uncommitted changes" : ""}</dd></div>
${report.branch === undefined ? undefined : markup`<div><dt>Branch</dt><dd>${report.branch}</dd></div>
`}<div><dt>For</dt><dd>${report.target === "aws" ? "AWS" : "a rehearsal"}</dd></div>
<div><dt>Began</dt><dd><time datetime="${report.startedAt}">${formatTime(report.startedAt)}</time></dd></div>
<div><dt>Took</dt><dd>${formatDuration(report.durationMs)}</dd></div>
</dl>
</header>`;
}
