/** An evaluation in the form of RobustBench's leaderboard of corruptions. Source: metrics.md 7. */
import { severities } from "../../corrupt/define.ts";
import { PatinaError } from "../../errors.ts";
import type { Column, Evaluation } from "../evaluation.ts";
import { csvLines } from "./csv.ts";

/** Their list, in the order of their loop. */
const ORDER = [
  "shot_noise",
  "motion_blur",
  "snow",
  "pixelate",
  "gaussian_noise",
  "defocus_blur",
  "brightness",
  "fog",
  "zoom_blur",
  "frost",
  "glass_blur",
  "impulse_noise",
  "contrast",
  "jpeg_compression",
  "elastic_transform",
];

/**
 * `model_info/<data set>/corruptions/<name>.json`. Who made the model and where it is described is for its author to fill in.
 * @throws PatinaError `usage` where C15 was not measured
 */
export function toRobustBench({ model, data, clean, columns }: Evaluation): string {
  const column = columnFor(columns);
  const robust = percent(column.suites.find(({ suite }) => suite === "c15")!.accuracy.value);
  const isPublished = column.origin === "official" && data.count === data.total;
  const made = `Measured on ${data.count} of ${data.total} pictures, ${column.origin}: not comparable with the leaderboard.`;
  const info = {
    link: "",
    name: model.name,
    authors: "",
    additional_data: false,
    number_forward_passes: 1,
    dataset: data.name,
    venue: "",
    architecture: "",
    eps: null,
    clean_acc: percent(clean.accuracy),
    reported: robust,
    corruptions_acc: robust,
    footnote: isPublished ? null : made,
  };
  return `${JSON.stringify(info, null, 2)}\n`;
}

/** `unaggregated_results.csv`: two lines of headers, then the model's 75 accuracies, in [0,1]. @throws as `toRobustBench` */
export function toUnaggregatedCsv({ model, columns }: Evaluation): string {
  const { cells } = columnFor(columns);
  const names = ORDER.flatMap((corruption) => severities.map((severity) => ({ corruption, severity })));
  const accuracies = names.map(
    (name) =>
      cells.find(({ corruption, severity }) => corruption === name.corruption && severity === name.severity)!.accuracy,
  );
  return csvLines([
    ["", ...names.map(({ corruption }) => corruption)],
    ["", ...names.map(({ severity }) => severity)],
    [model.name, ...accuracies],
  ]);
}

/** Published files come before what was made here. */
function columnFor(columns: readonly Column[]): Column {
  const measured = columns.filter(({ suites }) => suites.some(({ suite }) => suite === "c15"));
  const column = measured.find(({ origin }) => origin === "official") ?? measured[0];
  if (column !== undefined) return column;
  throw new PatinaError(
    "usage",
    "RobustBench's form needs the suite c15 with all severities. Measure it with --suite c15.",
  );
}

const percent = (share: number): string => (100 * share).toFixed(2);
