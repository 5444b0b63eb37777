/** An evaluation as a table for spreadsheets and programs, by RFC 4180: commas, quotes where needed, lines ended by CR LF. */
import type { Evaluation } from "../evaluation.ts";

const HEADER = [
  "model",
  "data",
  "part",
  "origin",
  "corruption",
  "severity",
  "count",
  "correct",
  "accuracy",
  "low",
  "high",
  "calibration_error",
];

/** A line for clean pictures, then one a cell; accuracies and errors in [0,1], the interval by Wilson. */
export function toCsv({ model, data, clean, columns }: Evaluation): string {
  const start = [model.name, data.name, data.part];
  const rows = [
    [...start, "", "clean", "", data.count, clean.correct, clean.accuracy, ...clean.range, clean.calibrationError],
    ...columns.flatMap(({ origin, cells }) =>
      cells.map(({ corruption, severity, count, correct, accuracy, range, calibrationError }) => [
        ...start,
        origin,
        corruption,
        severity,
        count,
        correct,
        accuracy,
        ...range,
        calibrationError,
      ]),
    ),
  ];
  return csvLines([HEADER, ...rows]);
}

/** Rows of any values as lines. */
export function csvLines(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

function quoted(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
