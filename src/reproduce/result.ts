/** The results of a reproduction as plain data, beside the paper's: what table.json holds. Accuracies are percent. */
import { basename } from "node:path";
import { PatinaError } from "../errors.ts";
import type { Column, Evaluation } from "../evaluate/evaluation.ts";
import type { AblationName, PaperDataSet } from "../experiment/named/paper.ts";
import { type Effect, effectsOf } from "./effects.ts";
import type { PlannedRow } from "./plan.ts";
import { contradictions, type Metric, metrics, metricTitles, type Published, publishedNumber } from "./published.ts";
import type { ScaleName } from "./scales.ts";
import { type SeedNumber, type Spread, spreadOf } from "./spread.ts";

/** What every row gets. */
export interface Budget {
  readonly model: string;
  readonly trainingPictures: number;
  readonly epochs: number;
  readonly batch: number;
  /** Of the optimizer, in all. */
  readonly steps: number;
  readonly testPictures: number;
}

/** A run that is trained and measured. */
export interface MeasuredRun {
  readonly row: AblationName;
  readonly seed: number;
  readonly path: string;
  readonly evaluation: Evaluation;
  /** Of the column of the evaluation that counts. */
  readonly origin: string;
}

export interface SeedValue extends SeedNumber {
  /** Of 95 %, over pictures. */
  readonly range: readonly [number, number];
}

export interface MetricResult extends Spread {
  /** By seed, of runs that are whole. */
  readonly values: readonly SeedValue[];
  readonly published: Published | null;
}

export interface RowResult {
  readonly row: AblationName;
  readonly synthetic: boolean;
  readonly restyled: boolean;
  readonly trivialAugment: boolean;
  readonly metrics: Readonly<Record<Metric, MetricResult>>;
  /** The seed of the best mean of clean and C, as the paper chooses: by the test set. `null` until all seeds are there. */
  readonly bestSeed: number | null;
  /** Paths inside the folder of the reproduction. */
  readonly runs: readonly { readonly seed: number; readonly path: string }[];
}

export interface ReproducedTable {
  readonly format: 1;
  readonly patina: string;
  readonly table: string;
  readonly dataSet: PaperDataSet;
  readonly scale: ScaleName;
  readonly budget: Budget;
  readonly unit: "percent";
  readonly seeds: readonly number[];
  /** Of the corrupted pictures. */
  readonly origin: string | null;
  /** sha256 of the clean pictures measured. */
  readonly pictures: string | null;
  readonly rows: readonly RowResult[];
  readonly effects: readonly Effect[];
  readonly notes: readonly string[];
}

export interface TableParts
  extends Pick<ReproducedTable, "patina" | "table" | "dataSet" | "scale" | "budget" | "seeds"> {
  readonly rows: readonly PlannedRow[];
  readonly runs: readonly MeasuredRun[];
}

/** @throws PatinaError `run` where runs were measured on different pictures: they do not stand in one table (method.md 11, B18) */
export function tabulate({ rows, runs, ...parts }: TableParts): ReproducedTable {
  checkSamePictures(runs);
  const results = rows.map(({ name, row }): RowResult => {
    const own = runs.filter((run) => run.row === name).sort((a, b) => a.seed - b.seed);
    const results = metrics.map((metric) => [metric, metricOf(parts.dataSet, name, metric, own)]);
    return {
      row: name,
      synthetic: row.isMixed,
      restyled: row.isRestyled,
      trivialAugment: row.isAugmented,
      metrics: Object.fromEntries(results) as Record<Metric, MetricResult>,
      bestSeed: own.length < parts.seeds.length ? null : bestSeed(own),
      runs: own.map(({ seed, path }) => ({ seed, path: `runs/${basename(path)}` })),
    };
  });
  return {
    format: 1,
    ...parts,
    unit: "percent",
    origin: runs[0]?.origin ?? null,
    pictures: runs[0]?.evaluation.data.digest ?? null,
    rows: results,
    effects: effectsOf(results),
    notes: notesOf(parts, rows, results),
  };
}

function metricOf(
  dataSet: PaperDataSet,
  row: AblationName,
  metric: Metric,
  runs: readonly MeasuredRun[],
): MetricResult {
  const values = runs.map((run) => ({ seed: run.seed, ...measured(run, metric) }));
  return { values, ...spreadOf(values), published: publishedNumber(dataSet, row, metric) ?? null };
}

function measured({ evaluation, origin }: MeasuredRun, metric: Metric): Pick<SeedValue, "value" | "range"> {
  const { clean, columns } = evaluation;
  const suites = columns.find((column) => column.origin === origin)!.suites;
  const { value, range } =
    metric === "clean"
      ? { value: clean.accuracy, range: clean.range }
      : suites.find(({ suite }) => suite === metric)!.accuracy;
  return { value: percentOf(value), range: [percentOf(range[0]), percentOf(range[1])] };
}

/** Without the last bits, in which 0.102 times 100 is no longer 10.2. */
const percentOf = (share: number): number => Number((100 * share).toFixed(8));

/** Whether a column has all that the table needs. */
export function isWhole({ suites }: Column): boolean {
  return metrics.every((metric) => metric === "clean" || suites.some(({ suite }) => suite === metric));
}

function bestSeed(runs: readonly MeasuredRun[]): number | null {
  const scoreOf = (run: MeasuredRun) => measured(run, "clean").value + measured(run, "c").value;
  return runs.toSorted((a, b) => scoreOf(b) - scoreOf(a))[0]?.seed ?? null;
}

function checkSamePictures(runs: readonly MeasuredRun[]): void {
  const [first] = runs;
  const other = runs.find(
    ({ evaluation, origin }) => evaluation.data.digest !== first!.evaluation.data.digest || origin !== first!.origin,
  );
  if (other === undefined) return;
  throw new PatinaError(
    "run",
    `${other.path} and ${first!.path} were measured on different pictures (${other.origin}, ${first!.origin}). Delete the folder evaluation/ of the older one, and call patina reproduce again: it is measured anew.`,
  );
}

function notesOf(
  { dataSet, scale, seeds }: Omit<TableParts, "rows" | "runs">,
  rows: readonly PlannedRow[],
  results: readonly RowResult[],
): string[] {
  const { stylizer } = rows[0]!.experiment(0);
  const names = rows.map(({ name }) => name);
  const [there, wanted] = [results.reduce((sum, { runs }) => sum + runs.length, 0), rows.length * seeds.length];
  return [
    ...(there < wanted ? [`Not whole yet: ${there} of ${wanted} runs are there.`] : []),
    seeds.length === 1
      ? "One seed: differences within the spread of seeds, some tenths of a point at the paper's scale and more below it, say nothing."
      : `Means of ${seeds.length} seeds, ± their standard deviation (divided by n - 1).`,
    `The paper's numbers (${sourcesText(results)}) are each the best of three seeds, chosen by results on the test set.`,
    ...(scale === "paper"
      ? []
      : [
          `Scale ${scale} is not the paper's budget (WideResNet-28-4, 300 epochs on all pictures): the paper's numbers stand there for the order of the rows, not to be reached.`,
        ]),
    ...(stylizer.weights === "own"
      ? ["Restyled with Patina's own stylizer; the paper's is VGG-19, at 224 pixels (docs/reproduce.md)."]
      : []),
    ...contradictions
      .filter((one) => one.dataSet === dataSet && names.some((name) => name === one.row))
      .map(({ row, text }) => `Of the paper's numbers, ${row}: ${text}`),
  ];
}

/** "clean, C: table 3; C15, C-bar: table 2" */
function sourcesText(rows: readonly RowResult[]): string {
  const metricsOf = new Map<string, Set<string>>();
  for (const row of rows)
    for (const metric of metrics) {
      const source = row.metrics[metric].published?.source;
      if (source !== undefined) metricsOf.set(source, (metricsOf.get(source) ?? new Set()).add(metricTitles[metric]));
    }
  return [...metricsOf].map(([source, titles]) => `${[...titles].join(", ")}: ${source}`).join("; ");
}
