import { standInsOf } from "./findings.ts";
import { dataTable, type Section } from "./html-section.ts";
import { relativeUri } from "./links.ts";
import { joined, markup, type Markup } from "./markup.ts";
import type { AllowListNote, Control, GateReport, ImageReport, Report, Suppression } from "./schema.ts";
import { allowListText, formatBytes, formatCount, formatDuration, formatTime, standInText } from "./words.ts";

/** What is worth knowing beside the gates and their findings. */

export function allowListSection(report: Report): Section | undefined {
  if (report.allowList.length === 0) return undefined;
  return {
    id: "allow-list",
    title: "Allow list",
    content: dataTable<AllowListNote>("two", [{ title: "Entry", head: true, cell: (note) => markup`<code>${note.id}</code>` }, { title: "What is wrong with it", cell: allowListText }], report.allowList),
  };
}

export function suppressionsSection(report: Report): Section | undefined {
  const silenced = report.gates.filter((gate) => gate.suppressions.length > 0);
  if (silenced.length === 0) return undefined;
  const list = (gate: GateReport): Markup => markup`<details><summary>${gate.name}: ${formatCount(gate.suppressions.length, "place")}</summary>
${dataTable<Suppression>("two", [{ title: "Where", head: true, cell: (one) => markup`<code>${one.where}</code>` }, { title: "By", cell: (one) => markup`<code>${one.marker}</code>` }], gate.suppressions)}
</details>
`;
  return { id: "silenced", title: "Silenced in the tree", content: markup`<p>What comments and files tell a tool to keep quiet about.</p>
${silenced.map(list)}` };
}

export function imagesSection(report: Report): Section | undefined {
  const standIns = standInsOf(report);
  if (report.images.length === 0 && standIns.length === 0) return undefined;
  const table = dataTable<ImageReport>(
    "images",
    [
      { title: "Service", head: true, cell: (image) => image.service },
      { title: "Image", cell: (image) => markup`<code>${image.reference}</code>` },
      { title: "Id", cell: (image) => markup`<code>${image.imageId.slice(7, 19)}</code>` },
      { title: "Digest", cell: (image) => (image.digest === undefined ? "not pushed" : markup`<code>${image.digest}</code>`) },
      { title: "Size", cell: (image) => formatBytes(image.sizeBytes) },
    ],
    report.images,
  );
  return { id: "images", title: "Images", content: markup`${report.images.length === 0 ? undefined : table}${standIns.length === 0 ? undefined : markup`
<p>${standInText(standIns)}</p>`}` };
}

export function filesSection(report: Report): Section {
  const gates = report.gates.filter((gate) => gate.files.length > 0);
  const own = ["report.json", "report.md", "results.sarif", "junit.xml"];
  return {
    id: "files",
    title: "Files",
    content: markup`<dl class="files">
<div><dt>This report</dt><dd>${fileLinks(own, "")}</dd></div>
${gates.map((gate) => markup`<div><dt>${gate.name}</dt><dd>${fileLinks(gate.files, `raw/${gate.name}/`)}</dd></div>
`)}</dl>`,
  };
}

/** The folder that all of a gate's files are in goes without saying. */
function fileLinks(files: readonly string[], folder: string): Markup {
  return joined(
    files.map((file) => {
      const name = file.startsWith(folder) ? file.slice(folder.length) : file;
      const uri = relativeUri(file);
      return uri === undefined ? markup`<span>${name}</span>` : markup`<a href="./${uri}">${name}</a>`;
    }),
    " ",
  );
}

const stateSign: Readonly<Record<Control["state"], string>> = { active: "✓", lab: "○", unavailable: "?" };

export function postureSection(report: Report): Section | undefined {
  if (report.posture.length === 0) return undefined;
  return {
    id: "posture",
    title: "Security posture",
    content: markup`<p>Active: works and would stop a release. Lab: works and stops none. Unavailable: nobody knows.</p>
${dataTable<Control>(
      "posture",
      [
        { title: "Control", head: true, cell: (control) => control.control },
        { title: "Tool", cell: (control) => control.tool },
        { title: "Mode", cell: (control) => (control.mode === "aws" ? "AWS" : control.mode) },
        { title: "State", cell: (control) => markup`<span class="state ${control.state}"><span aria-hidden="true">${stateSign[control.state]}</span> ${control.state}</span>` },
        { title: "Note", cell: (control) => control.note ?? "" },
      ],
      report.posture,
    )}`,
  };
}

export function footer(report: Report): Markup {
  return markup`<footer>
<p>Commit <code>${report.commit}</code>${report.dirty ? " with uncommitted changes" : ""}${report.branch === undefined ? undefined : markup`, branch ${report.branch}`}${report.baseline === undefined ? undefined : markup`, compared with <code>${report.baseline.commit}</code>`}.</p>
<p>${report.engine}, ${formatTime(report.startedAt)}, ${formatDuration(report.durationMs)}. Exit code ${report.exitCode}.</p>
</footer>`;
}
