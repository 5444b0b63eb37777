/** The results as Markdown: tables for a README, a pull request or a notebook. */

import { severities } from "../corrupt/define.ts";
import type { Column } from "../evaluate/evaluation.ts";
import { columnOf, type Group, groupsOf } from "./groups.ts";
import { measuredOn, networkText, notesOf } from "./measured.ts";
import { percent, points, rangeText, signedPoints, words } from "./numbers.ts";
import { chanceOf, endOf, type RunRecord } from "./run-record.ts";
import { type NamedComparison, pText } from "./sections/comparison.ts";
import { cellOf } from "./sections/heat-map.ts";
import { errorText } from "./sections/result.ts";
import { sortSuites, suiteTitles } from "./titles.ts";

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
    ...runs.flatMap(cleanText),
    ...groupsOf(runs).map((group) => groupPart(runs, group)),
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

/** What must be known of a run's numbers, in a line. */
function cleanText(run: RunRecord): string[] {
  const { evaluation } = run;
  const measured = evaluation === undefined ? [] : [...measuredOn(run, evaluation), ...notesOf(evaluation)];
  const network = evaluation === undefined ? undefined : networkText(run, evaluation);
  const sentences = [chanceOf(run), network, ...measured].filter((sentence) => sentence !== undefined);
  return sentences.length === 0 ? [] : [`${escapeMarkdown(`${run.name}: ${sentences.join(" ")}`)}\n`];
}

function groupPart(runs: readonly RunRecord[], group: Group): string {
  const measured = runs.filter((run) => columnOf(run, group) !== undefined);
  return [
    `## Corrupted pictures: ${escapeMarkdown(group.title)}\n`,
    suiteTable(measured, group),
    ...measured.map(
      (run) => `### ${escapeMarkdown(run.name)}, accuracy in % by severity\n\n${cellTable(columnOf(run, group)!)}`,
    ),
  ].join("\n");
}

/** Suites of several runs, each with its interval. */
export function suiteTable(runs: readonly RunRecord[], group: Group): string {
  const results = runs.flatMap((run) =>
    sortSuites(columnOf(run, group)?.suites ?? []).map((result) => ({ run: run.name, result })),
  );
  const hasReference = results.some(({ result }) => result.meanCorruptionError !== undefined);
  const head = [
    ...(runs.length === 1 ? [] : ["run"]),
    ...["suite", "accuracy", "95 % interval", "calibration error"],
    ...(hasReference ? ["mCE", "relative mCE"] : []),
  ];
  const rows = results.map(({ run, result }) => [
    ...(runs.length === 1 ? [] : [run]),
    suiteTitles[result.suite],
    percent(result.accuracy.value),
    rangeText(result.accuracy.range),
    percent(result.calibrationError),
    ...(hasReference ? [errorText(result.meanCorruptionError), errorText(result.relativeMeanCorruptionError)] : []),
  ]);
  return markdownTable(head, rows);
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
