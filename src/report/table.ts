/** Tables of the page: the first cell of a row names it, and wide ones scroll by themselves. */
import { type Content, html, type Markup } from "./markup.ts";

export interface Table {
  /** Stands above it, and names it where it scrolls. */
  readonly caption: string;
  /** Of each column. */
  readonly head: readonly Content[];
  /** The first cell is the row's heading. */
  readonly rows: readonly (readonly Content[])[];
  /** Words stand to the left, numbers to the right. Default: numbers. */
  readonly isText?: boolean;
}

/** The table, in a part of the page that scrolls sideways where it is narrow, also by keyboard. */
export function drawTable({ caption, head, rows, isText = false }: Table): Markup {
  return scrolling(
    caption,
    html`<table${isText ? html` class="text"` : undefined}><caption><span>${caption}</span></caption><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map(
      ([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
    )}</tbody></table>`,
  );
}

/** Around what may be wider than the page. */
export function scrolling(label: string, content: Markup): Markup {
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${label}">${content}</div>`;
}

/** Names and values, one line each. */
export function drawList(entries: readonly (readonly [Content, Content])[]): Markup {
  return html`<dl>${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** The head of a column of calibration errors. */
export const calibrationHead = html`<abbr title="expected calibration error: mean gap between confidence and accuracy, 15 bins">ECE</abbr>`;
