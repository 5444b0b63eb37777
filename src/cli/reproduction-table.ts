/** A reproduction for a terminal: what every row got, means beside the paper's numbers, the best seeds, notes. */
import { styleText } from "node:util";
import Table from "cli-table3";
import { bestTable, effectTable, leadOf, legend, meanTable, type TextTable, titleOf } from "../reproduce/draw.ts";
import type { Reproduction } from "../reproduce/reproduce.ts";

export function reproductionTables({ table, folder }: Reproduction): string {
  const best = bestTable(table);
  const ofAll = table.effects.filter(({ to }) => to === "any");
  const parts = [
    `${styleText("bold", titleOf(table))}\n${leadOf(table)} ${legend}`,
    draw(meanTable(table)),
    table.notes.map((note) => `* ${note}`).join("\n"),
    `What each adds, in percentage points (each pair of rows: table.md):\n${draw(effectTable(ofAll, table.seeds))}`,
    ...(best === undefined ? [] : [`The best seed of each row, chosen as in the paper:\n${draw(best)}`]),
    `In ${folder}: table.md, table.csv, table.json, report.html, and every run in runs/`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function draw({ head, rows }: TextTable): string {
  const colAligns = head.map((_, index) => (index < 3 ? ("center" as const) : ("right" as const)));
  const chars = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" }; // no line below each row
  const table = new Table({ head: [...head], colAligns, chars, style: { head: [], border: [] } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
