/** The rows for people: each with its goal, and whether it is met. */
import Table from "cli-table3";
import { type Goal, goalText, isMet } from "./goal.ts";
import { goalOf } from "./registry.ts";
import type { Row } from "./row.ts";

export function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: ["row", "unit", "ours", "peer", "ours / peer", "goal", "met"],
    colAligns: ["left", "left", "right", "right", "right", "left", "left"],
    style: { head: [], border: [] },
  });
  const lines = rows.map((row) => ({ row, goal: goalOf(row.name) ?? "none" }));
  for (const { row, goal } of lines)
    table.push([
      row.name,
      row.unit,
      ...[row.ours, row.peer, row.ratio].map(numberText),
      goal === "none" ? "-" : goalText(goal, row.unit),
      goal === "none" ? "-" : { true: "yes", false: "no", undefined: "no peer" }[String(isMet(goal, row))],
    ]);
  return `${table.toString()}\n${summaryOf(lines)}\n`;
}

function summaryOf(lines: readonly { row: Row; goal: Goal | "none" }[]): string {
  const judged = lines.flatMap(({ row, goal }) => (goal === "none" ? [] : [{ name: row.name, met: isMet(goal, row) }]));
  const namesOf = (met: boolean | undefined) => judged.filter((line) => line.met === met).map(({ name }) => name);
  const [missed, open] = [namesOf(false), namesOf(undefined)];
  return [
    `${namesOf(true).length} of ${judged.length} goals are met.`,
    ...(missed.length > 0 ? [`Not met: ${missed.join(", ")}.`] : []),
    ...(open.length > 0 ? [`Not known without the peer (make oracle installs it): ${open.join(", ")}.`] : []),
  ].join(" ");
}

/** Three digits that count, or all of a whole number. */
function numberText(value: number | null): string {
  return value === null
    ? "-"
    : value.toLocaleString("en", { maximumSignificantDigits: Math.abs(value) >= 1000 ? 4 : 3 });
}
