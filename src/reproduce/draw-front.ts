/** What the report of a reproduction begins with: its table beside the paper's numbers, and what each ingredient adds. */
import { html } from "../report/markup.ts";
import type { Front } from "../report/page.ts";
import { drawTable } from "../report/table.ts";
import { bestTable, effectLegend, effectTable, leadOf, legend, meanTable, type TextTable, titleOf } from "./draw.ts";
import type { ReproducedTable } from "./result.ts";

export function drawFront(table: ReproducedTable): Front {
  const names = table.rows.map(({ row }) => row);
  const best = bestTable(table);
  const means = named("row", names, meanTable(table));
  return {
    title: titleOf(table),
    lead: html`<p class="lead">${leadOf(table)}</p>`,
    sections: [
      {
        id: "table",
        title: "The table",
        body: html`<p>${legend}</p>
${drawTable({ caption: "Means of the seeds, beside the paper's numbers", ...means })}
<ul>${table.notes.map((note) => html`<li>${note}</li>`)}</ul>`,
      },
      {
        id: "effects",
        title: "What each adds",
        body: html`<p>${effectLegend}</p>
${drawTable({ caption: "Differences, in percentage points", ...effectTable(table.effects, table.seeds) })}`,
      },
      ...(best === undefined
        ? []
        : [
            {
              id: "best",
              title: "The best seeds",
              body: drawTable({
                caption: "The best seed of each row, chosen as in the paper: by the test set",
                ...named("row", names, best),
              }),
            },
          ]),
    ],
  };
}

/** Each row begins with its name. */
const named = (title: string, names: readonly string[], { head, rows }: TextTable): TextTable => ({
  head: [title, ...head],
  rows: rows.map((row, index) => [names[index]!, ...row]),
});
