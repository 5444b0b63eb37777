/** The cells with the most mistakes, and the mistakes that were made with the most confidence. */
import type { Column, Evaluation } from "../../evaluate/evaluation.ts";
import { html, type Markup, nameOf } from "../markup.ts";
import { type Mistake, type Mistakes, worstCells } from "../mistakes.ts";
import { percent, points, rangeText, words } from "../numbers.ts";
import type { Section } from "../section.ts";
import { drawTable } from "../table.ts";
import { originText } from "../titles.ts";

export function worstSection(
  { columns, clean }: Evaluation,
  mistakes: ReadonlyMap<string, Mistakes>,
): Section | undefined {
  if (columns.every(({ cells }) => cells.length === 0)) return undefined;
  return {
    id: "worst",
    title: "Where it fails",
    body: html`${columns.map((column) => html`${drawWorst(column, clean.accuracy)}${mistakesOf(mistakes.get(column.origin))}`)}`,
  };
}

function drawWorst(column: Column, clean: number): Markup {
  return drawTable({
    caption: `The cells with the most mistakes, accuracy in %: ${originText(column.origin)}`,
    head: ["cell", "accuracy", "95 % interval", "below clean"],
    rows: worstCells(column).map(({ corruption, severity, accuracy, range }) => [
      `${words(corruption)}, severity ${severity}`,
      points(accuracy),
      rangeText(range),
      points(clean - accuracy),
    ]),
  });
}

function mistakesOf(mistakes: Mistakes | undefined): Markup | undefined {
  if (mistakes === undefined) return undefined;
  if ("reason" in mistakes) return html`<p class="note">No misclassified pictures here: ${mistakes.reason}</p>`;
  return html`<p>The mistakes that it was most sure of:</p>${mistakes.cells.map(
    ({ corruption, severity, mistakes: list }) =>
      html`<p class="sub">${words(corruption)}, severity ${severity}</p>${"reason" in list ? html`<p class="note">No pictures here: ${list.reason}</p>` : html`<ul class="pictures">${list.map(item)}</ul>`}`,
  )}`;
}

function item({ picture, actual, predicted, confidence }: Mistake): Markup {
  return html`<li><img src="${picture}" alt="a corrupted picture of class ${actual}"><strong>${nameOf(actual)}</strong><span>taken for ${nameOf(predicted)}, ${percent(confidence, 0)} sure</span></li>`;
}
