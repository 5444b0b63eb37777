/** An evaluation for a terminal: clean first, then suites with their intervals, worst cells, then each corruption. */
import { styleText } from "node:util";
import Table from "cli-table3";
import { severities } from "../corrupt/define.ts";
import type { EvaluateResult } from "../evaluate/evaluate.ts";
import type { Column, Comparison, Evaluation } from "../evaluate/evaluation.ts";
import { chanceText } from "../evaluate/metrics/chance.ts";
import { undefinedErrors } from "../evaluate/reference.ts";
import type { Judgement } from "../evaluate/requirements.ts";
import type { CellName } from "../evaluate/sweep.ts";

const WORST = 5;

/** The tables of what was asked for, with all that must be known to read them. */
export function evaluationTables(
  { evaluation, origin, wanted, file }: Pick<EvaluateResult, "evaluation" | "origin" | "wanted" | "file">,
  judgements: readonly Judgement[],
): string {
  const whole = evaluation.columns.find((one) => one.origin === origin)!;
  const column = partOf(whole, wanted);
  const more = whole.cells.length - column.cells.length;
  const parts = [
    heading(evaluation, column),
    overview(evaluation, column),
    undefinedErrors(column)
      .map((text) => `${text}\n`)
      .join(""),
    worstCells(column),
    corruptionTable(column),
    evaluation.comparison === undefined ? "" : comparisonText(evaluation.comparison),
    judgements.map(verdict).join(""),
    more === 0 ? "" : `${more} ${more === 1 ? "cell" : "cells"} more, measured before, with all means:\n`,
  ];
  return `${parts.filter((part) => part !== "").join("\n")}${file}\n`;
}

/** The cells of these names, and what can be said of them alone. */
function partOf(column: Column, wanted: readonly CellName[]): Column {
  const isWanted = ({ corruption, severity }: CellName) =>
    wanted.some((name) => name.corruption === corruption && name.severity === severity);
  const isWhole = (corruption: string) => severities.every((severity) => isWanted({ corruption, severity }));
  return {
    ...column,
    cells: column.cells.filter(isWanted),
    corruptions: column.corruptions.filter(({ corruption }) => isWhole(corruption)),
    suites: column.suites.filter(({ corruptions }) => corruptions.every(isWhole)),
  };
}

function heading({ model, data, reference, clean }: Evaluation, { origin, notes }: Column): string {
  const count = data.count.toLocaleString("en");
  const whole = data.part === "held" ? "held-out pictures" : "test pictures";
  const pictures =
    data.count === data.total
      ? `all ${count} ${whole}`
      : `a subset of ${count} of ${data.total.toLocaleString("en")} ${whole}`;
  const chance = chanceText({ count: data.count, correct: clean.correct, classCount: model.classes.length });
  const lines = [
    `${styleText("bold", model.name)} on ${data.name}: ${pictures}, ${origin}`,
    ...[data.fitting, ...notes].flatMap((note) => (note === undefined ? [] : [`Note: ${note}`])),
    ...(chance === undefined ? [] : [chance]),
    ...(reference === undefined ? [] : [`Corruption errors are relative to ${reference.name}.`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function overview({ clean }: Evaluation, { suites }: Column): string {
  const hasErrors = suites.some(({ meanCorruptionError }) => meanCorruptionError !== undefined);
  const table = newTable(["", "accuracy", "95 %", "ECE", ...(hasErrors ? ["mCE", "relative mCE"] : [])]);
  table.push([
    "clean",
    percent(clean.accuracy),
    range(clean.range),
    percent(clean.calibrationError),
    ...(hasErrors ? ["", ""] : []),
  ]);
  for (const { suite, accuracy, calibrationError, meanCorruptionError, relativeMeanCorruptionError } of suites)
    table.push([
      suite,
      percent(accuracy.value),
      range(accuracy.range),
      percent(calibrationError),
      ...(hasErrors ? [error(meanCorruptionError), error(relativeMeanCorruptionError)] : []),
    ]);
  return `${table.toString()}\n`;
}

function worstCells({ cells }: Column): string {
  if (cells.length === 0) return "";
  const worst = [...cells].sort((a, b) => a.accuracy - b.accuracy).slice(0, WORST);
  const words = worst.map(({ corruption, severity, accuracy }) => `${corruption} ${severity} ${percent(accuracy)}`);
  return `Worst cells: ${words.join(", ")}\n`;
}

/** By severity, then the mean where all are there. */
function corruptionTable({ cells, corruptions }: Column): string {
  if (cells.length === 0) return "";
  const hasErrors = corruptions.some(({ error: found }) => found !== undefined);
  const table = newTable([
    "",
    "1",
    "2",
    "3",
    "4",
    "5",
    "mean",
    "95 %",
    "ECE",
    ...(hasErrors ? ["CE", "relative CE"] : []),
  ]);
  for (const name of new Set(cells.map(({ corruption }) => corruption))) {
    const accuracies = [1, 2, 3, 4, 5].map((severity) => {
      const cell = cells.find((one) => one.corruption === name && one.severity === severity);
      return cell === undefined ? "" : (100 * cell.accuracy).toFixed(1);
    });
    const whole = corruptions.find(({ corruption }) => corruption === name);
    const means =
      whole === undefined
        ? ["", "", ""]
        : [percent(whole.accuracy.value), range(whole.accuracy.range), percent(whole.calibrationError)];
    const errors = hasErrors ? [error(whole?.error), error(whole?.relativeError)] : [];
    table.push([name, ...accuracies, ...means, ...errors]);
  }
  return `${table.toString()}\n`;
}

function comparisonText({ against, suites, cells, clean }: Comparison): string {
  const table = newTable([`less ${against.name}`, "difference", "95 %", "p"]);
  for (const { suite, difference, p } of suites)
    table.push([
      suite,
      points(difference.value),
      `${points(difference.range[0])} to ${points(difference.range[1])}`,
      p.toPrecision(2),
    ]);
  const better = cells.filter(({ adjusted, onlyThis, onlyOther }) => adjusted < 0.05 && onlyThis > onlyOther).length;
  const worse = cells.filter(({ adjusted, onlyThis, onlyOther }) => adjusted < 0.05 && onlyThis < onlyOther).length;
  const lines = [
    suites.length > 0 ? `${table.toString()}\n` : "",
    `Clean pictures: ${clean.onlyThis} right here only, ${clean.onlyOther} there only (McNemar, p = ${clean.p.toPrecision(2)})\n`,
    `Of ${cells.length} cells ${better} are better here and ${worse} worse (McNemar with Holm, 5 %)\n`,
  ];
  return lines.join("");
}

function verdict({ name, least, accuracy, isMet }: Judgement): string {
  return `${isMet ? styleText("green", "met    ") : styleText("red", "not met")}  ${name} at least ${percent(least)}: ${percent(accuracy)}\n`;
}

function newTable(head: string[]) {
  const colAligns = head.map((_, index) => (index === 0 ? ("left" as const) : ("right" as const)));
  const chars = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" }; // no line below each of thirty rows
  return new Table({ head, colAligns, chars, style: { head: [], border: [] } });
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const range = ([low, high]: readonly [number, number]): string =>
  `${(100 * low).toFixed(2)} to ${(100 * high).toFixed(2)}`;
const points = (share: number): string => `${share > 0 ? "+" : ""}${(100 * share).toFixed(2)}`;
/** Percent already. */
const error = (value: number | null | undefined): string =>
  value === undefined ? "" : value === null ? "undefined" : value.toFixed(1);
