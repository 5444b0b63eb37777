/** Two networks on the same pictures: differences with intervals, and the cells in which they differ. */
import type { Comparison } from "../../evaluate/evaluation.ts";
import { html, type Markup, nameOf } from "../markup.ts";
import { rangeText, signedPoints, words } from "../numbers.ts";
import type { Section } from "../section.ts";
import { drawTable } from "../table.ts";
import { originText, sortSuites, suiteTitles } from "../titles.ts";

/** A comparison of a named run with the one that its data name, or why there is none. */
export interface NamedComparison {
  readonly name: string;
  readonly against: string;
  readonly comparison: Comparison | { readonly reason: string };
}

export function comparisonSection(comparisons: readonly NamedComparison[]): Section | undefined {
  if (comparisons.length === 0) return undefined;
  const intro = html`<p>Differences in percentage points, on the same pictures for both; the interval holds 95 of 100, by bootstrap over pictures. They say which of two trained networks is better, not which of two methods: for that, train each with several seeds.</p>`;
  return { id: "comparison", title: "Differences", body: html`${intro}${comparisons.map(drawComparison)}` };
}

function drawComparison({ name, against, comparison }: NamedComparison): Markup {
  const title = html`<p class="sub">${nameOf(name)}, against ${nameOf(against)}</p>`;
  if ("reason" in comparison) return html`${title}<p class="note">${comparison.reason}</p>`;
  const { clean, suites, origin, cells } = comparison;
  const label = `${name} against ${against}`;
  const cleanText = html`<p>Clean pictures: ${clean.onlyThis} only this one gets right, ${clean.onlyOther} only the other (McNemar, p ${pText(clean.p)}).</p>`;
  const table = drawTable({
    caption: `${label}: robust accuracy, ${originText(origin)}`,
    head: ["suite", "difference", "95 % interval", "p"],
    rows: sortSuites(suites).map(({ suite, difference, p }) => [
      suiteTitles[suite],
      signedPoints(difference.value),
      rangeText(difference.range, signedPoints),
      pText(p),
    ]),
  });
  return html`${title}${cleanText}${suites.length === 0 ? undefined : table}${cellTable(label, cells)}`;
}

function cellTable(label: string, cells: Comparison["cells"]): Markup | undefined {
  if (cells.length === 0) return undefined;
  const table = drawTable({
    caption: `${label}, cell by cell: pictures that only one gets right`,
    head: ["cell", "only this", "only the other", "p", "p, all cells together (Holm)"],
    rows: cells.map(({ corruption, severity, onlyThis, onlyOther, p, adjusted }) => [
      `${words(corruption)}, severity ${severity}`,
      onlyThis,
      onlyOther,
      pText(p),
      pText(adjusted),
    ]),
  });
  return html`<details><summary>Cell by cell<span class="unseen">: ${label}</span></summary>${table}</details>`;
}

export function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
