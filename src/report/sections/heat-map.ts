/** Corruption by severity: a table whose cells are coloured, and the corrupted pictures themselves. */
import { type Severity, severities } from "../../corrupt/define.ts";
import type { CellResult, Column, Evaluation } from "../../evaluate/evaluation.ts";
import { html, type Markup } from "../markup.ts";
import { count, points, rangeText, words } from "../numbers.ts";
import { isGenerated, type Reason, type Sheets } from "../pictures.ts";
import type { Section } from "../section.ts";
import { calibrationHead, drawTable, scrolling } from "../table.ts";
import type { Sheet } from "../thumbnail.ts";
import { groupCorruptions, originText } from "../titles.ts";
import { errorText } from "./result.ts";

export interface HeatMapOptions {
  readonly sheets: Sheets | Reason;
  /** Whether the sheets are on the page already: an earlier run shows the same pictures. */
  readonly areShown: boolean;
}

export function heatMapSection({ columns }: Evaluation, { sheets, areShown }: HeatMapOptions): Section {
  const body = html`<p>Accuracy in % on each corruption at each severity, from 1 (weak) to 5 (strong). The more a cell stands out, the more mistakes${
    "reason" in sheets ? "" : "; point at a cell, or go to one with the keyboard, to see the pictures"
  }.</p>${legend()}${columns.map((column) => heatMap(column, sheets))}${
    "reason" in sheets
      ? html`<p class="note">No pictures here: ${sheets.reason}</p>`
      : areShown || sheets.corrupted.size === 0
        ? undefined
        : gallery(sheets)
  }${columns.map(corruptionTable)}`;
  return { id: "corruptions", title: "Every corruption at every severity", body };
}

/** Ten steps of ten percent, the same in all reports: colours of two reports compare. */
export function heatStep(accuracy: number): number {
  return Math.min(9, Math.floor(accuracy * 10));
}

function legend(): Markup {
  const steps = Array.from({ length: 10 }, (_, step) => html`<span class="h${step}">${step * 10}</span>`);
  return html`<p class="scale" role="img" aria-label="Colours: ten steps of ten percent, strong for low accuracy">${steps}<span class="unit">% and more</span></p>`;
}

function heatMap(column: Column, sheets: Sheets | Reason): Markup {
  const key = "reason" in sheets ? undefined : sheets.key;
  const head = html`<tr><th scope="col">corruption</th>${severities.map((severity) => html`<th scope="col"><span class="unseen">severity </span>${severity}</th>`)}<th scope="col">mean</th></tr>`;
  const groups = groupCorruptions(column).map(
    ({ title, corruptions }) =>
      html`<tbody><tr class="group"><th scope="rowgroup" colspan="7">${title}</th></tr>${corruptions.map((name) => row(column, name))}</tbody>`,
  );
  const caption = `Accuracy in %, corrupted pictures: ${originText(column.origin)}`;
  const peek = html`<div class="peek" data-exact="${isGenerated(column.origin) ? "yes" : "no"}"><p class="peek-title" aria-live="polite">Pictures appear here.</p><div class="peek-pictures"></div></div>`;
  return html`<div class="heat-map" data-sheets="${key ?? ""}">${scrolling(caption, html`<table class="heat"><caption><span>${caption}</span></caption><thead>${head}</thead>${groups}</table>`)}${peek}</div>`;
}

function row(column: Column, corruption: string): Markup {
  const cells = severities.map((severity) => cellOf(column, corruption, severity));
  const mean = column.corruptions.find((result) => result.corruption === corruption)?.accuracy.value;
  return html`<tr><th scope="row"><bdi>${words(corruption)}</bdi></th>${cells.map((cell) => (cell === undefined ? html`<td>\u2013</td>` : heatCell(cell)))}${
    mean === undefined ? html`<td>\u2013</td>` : html`<td class="mean">${points(mean)}</td>`
  }</tr>`;
}

function heatCell({ corruption, severity, accuracy, range, count: pictures }: CellResult): Markup {
  const text = points(accuracy);
  const label = `${words(corruption)}, severity ${severity}: ${text} %`;
  const detail = `${rangeText(range)} with 95 %, ${count(pictures)} pictures`;
  return html`<td class="h${heatStep(accuracy)}"><button type="button" aria-label="${label}" data-corruption="${corruption}" data-severity="${severity}" data-detail="${detail}">${text}</button></td>`;
}

export function cellOf({ cells }: Column, corruption: string, severity: Severity): CellResult | undefined {
  return cells.find((cell) => cell.corruption === corruption && cell.severity === severity);
}

function gallery({ key, clean, corrupted, shown }: Sheets): Markup {
  const { side, gap, columns } = clean;
  const classes = shown.join(", ");
  const picture = (name: string, sheet: Sheet, alt: string) =>
    html`<figure><img src="${sheet.uri}" alt="${alt}" data-corruption="${name}" width="${sheet.columns * (sheet.side + sheet.gap) + sheet.gap}" height="${sheet.rows * (sheet.side + sheet.gap) + sheet.gap}"><figcaption><bdi>${words(name)}</bdi></figcaption></figure>`;
  return html`<details class="gallery" data-sheets="${key}" data-side="${side}" data-gap="${gap}" data-columns="${columns}"><summary>All corrupted pictures</summary><p>From left to right: ${classes}. From top to bottom: severity 1 to 5.</p><div class="sheets">${picture("clean", clean, `Pictures as they are: ${classes}`)}${[...corrupted].map(([name, sheet]) => picture(name, sheet, `The same pictures with ${words(name)}, a row each severity`))}</div></details>`;
}

function corruptionTable(column: Column): Markup {
  const { corruptions, origin } = column;
  if (corruptions.length === 0) return html``;
  const hasReference = corruptions.some(({ error }) => error !== undefined);
  const table = drawTable({
    caption: `By corruption, mean of the severities, in %: ${originText(origin)}`,
    head: ["corruption", "accuracy", "95 % interval", calibrationHead, ...(hasReference ? ["CE", "relative CE"] : [])],
    rows: corruptions.map((result) => [
      words(result.corruption),
      points(result.accuracy.value),
      rangeText(result.accuracy.range),
      points(result.calibrationError),
      ...(hasReference ? [errorText(result.error), errorText(result.relativeError)] : []),
    ]),
  });
  return html`<details><summary>Intervals and calibration by corruption, ${originText(origin)}</summary>${table}</details>`;
}
