/** The results as Markdown: tables for a README, a pull request or a notebook. */

import { severities } from "../corrupt/define.ts";
import type { Column } from "../evaluate/evaluation.ts";
import { percent, points, rangeText, signedPoints, words } from "./numbers.ts";
import { chanceOf, endOf, type RunRecord } from "./run-record.ts";
import { type NamedComparison, pText } from "./sections/comparison.ts";
import { cellOf } from "./sections/heat-map.ts";
import { columnOf, originsOf } from "./sections/overview.ts";
import { originText, sortSuites, suiteTitles } from "./titles.ts";

/** A table of Markdown; cells are escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const rule = `|${head.map((_, index) => (index === 0 ? " --- " : " ---: ")).join("|")}|`;
  return `${[line(head), rule, ...rows.map(line)].join("\n")}\n`;
}

/** Text from outside as text: neither markup, nor HTML, nor the end of a table's cell. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|#~]/g, "\\$&")
    .replace(/&/g, "&amp;");
}

/** One section for clean pictures, one for each origin of corrupted ones, and the differences. */
export function drawMarkdown(runs: readonly RunRecord[], comparisons: readonly NamedComparison[]): string {
  const parts = [
    `# ${runs.length === 1 ? escapeMarkdown(runs[0]!.name) : `${runs.length} runs`}\n`,
    `## Clean pictures\n\n${cleanTable(runs)}`,
    ...runs.flatMap(
      (run) =>
        chanceOf(run)
          ?.replace(/^/, `${escapeMarkdown(run.name)}: `)
          .concat("\n") ?? [],
    ),
    ...originsOf(runs).map((origin) => originPart(runs, origin)),
    ...comparisons.map(differences),
  ];
  return parts.join("\n");
}

function cleanTable(runs: readonly RunRecord[]): string {
  return markdownTable(
    ["run", "accuracy", "95 % interval", "calibration error"],
    runs.map((run) => {
      const clean = run.evaluation?.clean;
      const accuracy = clean?.accuracy ?? endOf(run)?.testAccuracy;
      return [
        run.name,
        accuracy === undefined ? "" : percent(accuracy),
        clean === undefined ? "" : rangeText(clean.range),
        clean === undefined ? "" : percent(clean.calibrationError),
      ];
    }),
  );
}

function originPart(runs: readonly RunRecord[], origin: string): string {
  const measured = runs.filter((run) => columnOf(run, origin) !== undefined);
  return [
    `## Corrupted pictures: ${originText(origin)}\n`,
    suiteTable(measured, origin),
    ...measured.map(
      (run) => `### ${escapeMarkdown(run.name)}, accuracy in % by severity\n\n${cellTable(columnOf(run, origin)!)}`,
    ),
  ].join("\n");
}

/** Suites of several runs, each with its interval. */
export function suiteTable(runs: readonly RunRecord[], origin: string): string {
  const rows = runs.flatMap((run) =>
    sortSuites(columnOf(run, origin)?.suites ?? []).map(({ suite, accuracy, calibrationError }) => [
      ...(runs.length === 1 ? [] : [run.name]),
      suiteTitles[suite],
      percent(accuracy.value),
      rangeText(accuracy.range),
      percent(calibrationError),
    ]),
  );
  return markdownTable(
    [...(runs.length === 1 ? [] : ["run"]), "suite", "accuracy", "95 % interval", "calibration error"],
    rows,
  );
}

function cellTable(column: Column): string {
  const names = [...new Set(column.cells.map(({ corruption }) => corruption))];
  return markdownTable(
    ["corruption", ...severities.map(String), "mean"],
    names.map((name) => {
      const mean = column.corruptions.find(({ corruption }) => corruption === name)?.accuracy.value;
      const cells = severities.map((severity) => cellOf(column, name, severity));
      return [
        words(name),
        ...cells.map((cell) => (cell === undefined ? "" : points(cell.accuracy))),
        mean === undefined ? "" : points(mean),
      ];
    }),
  );
}

function differences({ name, against, comparison }: NamedComparison): string {
  const title = `## ${escapeMarkdown(name)}, against ${escapeMarkdown(against)}\n\n`;
  if ("reason" in comparison) return `${title}${escapeMarkdown(comparison.reason)}\n`;
  return (
    title +
    markdownTable(
      ["suite", "difference", "95 % interval", "p"],
      sortSuites(comparison.suites).map(({ suite, difference, p }) => [
        suiteTitles[suite],
        signedPoints(difference.value),
        rangeText(difference.range, signedPoints),
        pText(p),
      ]),
    )
  );
}
