/** An evaluation as a table for spreadsheets and programs, by RFC 4180: commas, quotes where needed, lines ended by CR LF. */
import type { CellResult, Evaluation } from "../evaluation.ts";

const HEADER = [
  "model",
  "data",
  "part",
  "origin",
  "corruption",
  "severity",
  "count",
  "total",
  "correct",
  "accuracy",
  "low",
  "high",
  "calibration_error",
];

/**
 * A line for clean pictures, then one a cell; accuracies and errors in [0,1], the interval by Wilson. Where `total` is more
 * than `count`, a part of the pictures was measured.
 */
export function toCsv({ model, data, clean, columns }: Evaluation): string {
  const start = [model.name, data.name, data.part];
  const rows = [
    [...start, "", "clean", "", data.count, data.total, ...resultsOf(clean)],
    ...columns.flatMap(({ origin, cells }) =>
      cells.map(({ corruption, severity, count, ...cell }) => [
        ...start,
        origin,
        corruption,
        severity,
        count,
        data.total,
        ...resultsOf(cell),
      ]),
    ),
  ];
  return csvLines([HEADER, ...rows]);
}

type Results = Pick<CellResult, "correct" | "accuracy" | "range" | "calibrationError">;

function resultsOf({ correct, accuracy, range, calibrationError }: Results): number[] {
  return [correct, accuracy, ...range, calibrationError];
}

/** Rows of any values as lines. */
export function csvLines(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

function quoted(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
