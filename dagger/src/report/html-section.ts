import { markup, type Markup } from "./markup.ts";
import { verdictSign } from "./words.ts";
import type { GateReport } from "./schema.ts";

/** A part of the page under a heading of its own. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** Shown beside the title. */
  readonly count?: number;
  readonly content: Markup;
}

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Markup | string | number;
  /** The cell that names the row. */
  readonly head?: true;
}

/**
 * A table that becomes a list of cards on a phone. The roles say again what the
 * elements say, because a browser may forget it when the display is another.
 */
export function dataTable<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): Markup {
  const cell = (column: Column<Row>, row: Row): Markup =>
    column.head === true
      ? markup`<th role="rowheader" scope="row">${column.cell(row)}</th>`
      : markup`<td role="cell" data-title="${column.title}">${column.cell(row)}</td>`;
  return markup`<table role="table" class="data ${name}">
<thead role="rowgroup"><tr role="row">${columns.map((column) => markup`<th role="columnheader" scope="col">${column.title}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => markup`<tr role="row">${columns.map((column) => cell(column, row))}</tr>
`)}</tbody>
</table>`;
}

export const verdictMark = (gate: GateReport): Markup => markup`<span class="verdict ${gate.verdict}"><span aria-hidden="true">${verdictSign[gate.verdict]}</span> ${gate.verdict}</span>`;

/** A long path breaks between its parts. */
export const pathText = (path: string): Markup => markup`<code>${path.split("/").map((part, index) => (index === 0 ? markup`${part}` : markup`/<wbr>${part}`))}</code>`;
