/** A reproduced table as text: cells for a terminal, Markdown, CSV. */
import { csvLines } from "../evaluate/output/csv.ts";
import { markdownTable } from "../report/markdown.ts";
import { count, counted } from "../report/numbers.ts";
import { type Difference, type Effect, ingredientTitles } from "./effects.ts";
import { findTable } from "./plan.ts";
import { type Metric, metrics, metricTitles } from "./published.ts";
import type { Budget, MetricResult, ReproducedTable, RowResult } from "./result.ts";
import { findScale } from "./scales.ts";
import type { SeedNumber, Spread } from "./spread.ts";

export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** "Table 3 on cifar10, scale small" */
export const titleOf = ({ table, dataSet, scale }: ReproducedTable): string =>
  `${findTable(table).title} on ${dataSet}, scale ${scale}`;

/** What its scale is for, and what every row got. */
export const leadOf = ({ scale, budget }: ReproducedTable): string =>
  `Scale ${scale}, ${findScale(scale).summary}. ${budgetText(budget)}.`;

/** One line: what every row got. */
export function budgetText({ model, trainingPictures, epochs, batch, steps, testPictures }: Budget): string {
  return `Each row: ${model}, ${count(trainingPictures)} training pictures, ${counted(epochs, "epoch")} of batches of ${batch}, ${counted(steps, "step")} in all; measured on ${count(testPictures)} test pictures, clean and with all corruptions of C and C-bar, made here`;
}

/** What the columns are. */
export const legend = "Accuracy in percent; SYN: synthetic pictures, NST: restyled ones, TA: TrivialAugment.";

/** What differences are of. */
export const effectLegend =
  "The row with it less the row without it, all else alike and with the same seed: the mean over seeds ± their standard deviation.";

/** Means, each beside the paper's number where it has any. */
export function meanTable({ rows, seeds }: ReproducedTable): TextTable {
  const columns = columnsOf(rows);
  const seedCounts = seedColumn(rows, seeds.length);
  const texts = (result: MetricResult) => ({ own: meanText(result), published: result.published?.value.toFixed(2) });
  return {
    head: ["SYN", "NST", "TA", ...seedCounts.head, ...headsOf(columns)],
    rows: rows.map((row) => [
      ...marksOf(row),
      ...seedCounts.cellOf(row),
      ...cellsOf(columns, ({ metric }) => texts(row.metrics[metric])),
    ]),
  };
}

/** What adding one thing changes, in points, each beside the same of the paper's numbers where it has any. */
export function effectTable(effects: readonly Effect[], seeds: readonly number[]): TextTable {
  const columns = columnsOf(effects);
  const seedCounts = seedColumn(effects, seeds.length);
  const texts = (difference: Difference) => ({
    own: signed(difference.mean, meanText(difference)),
    published: signed(difference.published, difference.published?.toFixed(2)),
  });
  return {
    head: ["adding", "to", ...seedCounts.head, ...headsOf(columns)],
    rows: effects.map((effect) => [
      ingredientTitles[effect.added],
      effect.to === "any" ? "mean of all" : effect.to.map((one) => ingredientTitles[one]).join(" + ") || "nothing",
      ...seedCounts.cellOf(effect),
      ...cellsOf(columns, ({ metric }) => texts(effect.metrics[metric])),
    ]),
  };
}

/** A column of ours for each metric, and one of the paper's where it has any number for it. */
interface MetricColumn {
  readonly metric: Metric;
  readonly isPublished: boolean;
}

interface MetricRow {
  readonly metrics: Readonly<Record<Metric, { readonly values: readonly SeedNumber[]; readonly published: unknown }>>;
}

const columnsOf = (rows: readonly MetricRow[]): MetricColumn[] =>
  metrics.map((metric) => ({ metric, isPublished: rows.some((row) => row.metrics[metric].published !== null) }));

/** How many seeds each row has, while not all are there. */
function seedColumn(rows: readonly MetricRow[], wanted: number) {
  const isShown = rows.some(({ metrics: { clean } }) => clean.values.length < wanted);
  return {
    head: isShown ? ["seeds"] : [],
    cellOf: ({ metrics: { clean } }: MetricRow) => (isShown ? [`${clean.values.length} of ${wanted}`] : []),
  };
}

const headsOf = (columns: readonly MetricColumn[]): string[] =>
  cellsOf(columns, ({ metric }) => ({ own: metricTitles[metric], published: "paper" }));

const cellsOf = (
  columns: readonly MetricColumn[],
  textsOf: (column: MetricColumn) => { own: string; published: string | undefined },
): string[] =>
  columns.flatMap((column) => {
    const { own, published = "" } = textsOf(column);
    return column.isPublished ? [own, published] : [own];
  });

/** The best seed of each row, chosen as the paper does; undefined of one seed, and until a row has all. */
export function bestTable({ rows, seeds }: ReproducedTable): TextTable | undefined {
  if (seeds.length === 1 || rows.every(({ bestSeed }) => bestSeed === null)) return undefined;
  return {
    head: ["SYN", "NST", "TA", "seed", ...metrics.map((metric) => metricTitles[metric])],
    rows: rows.map((row) => [
      ...marksOf(row),
      row.bestSeed === null ? "" : String(row.bestSeed),
      ...metrics.map((metric) => {
        const found = row.metrics[metric].values.find(({ seed }) => seed === row.bestSeed);
        return found === undefined ? "" : found.value.toFixed(2);
      }),
    ]),
  };
}

/** Every run, with its intervals over pictures. */
export function runTable({ rows }: ReproducedTable): TextTable {
  return {
    head: ["run", ...metrics.map((metric) => metricTitles[metric])],
    rows: rows.flatMap((row) =>
      row.runs.map(({ seed }) => [
        `${row.row}, seed ${seed}`,
        ...metrics.map((metric) => {
          const { value, range } = row.metrics[metric].values.find((one) => one.seed === seed)!;
          return `${value.toFixed(2)} (${range[0].toFixed(1)} to ${range[1].toFixed(1)})`;
        }),
      ]),
    ),
  };
}

export function drawTableMarkdown(table: ReproducedTable): string {
  const best = bestTable(table);
  const draw = ({ head, rows }: TextTable) => markdownTable(head, rows);
  const parts = [
    `# ${titleOf(table)}\n`,
    `${leadOf(table)} ${legend}\n`,
    draw(meanTable(table)),
    `${table.notes.map((note) => `* ${note}`).join("\n")}\n`,
    "## What each adds, in percentage points\n",
    `${effectLegend}\n`,
    draw(effectTable(table.effects, table.seeds)),
    ...(best === undefined ? [] : ["## The best seed of each row, chosen as in the paper\n", draw(best)]),
    "## Every run, with the interval of 95 % over pictures\n",
    draw(runTable(table)),
  ];
  return parts.join("\n");
}

/** A line for each row and metric. */
export function drawTableCsv({ rows }: ReproducedTable): string {
  const header = ["row", "synthetic", "restyled", "trivial_augment", "metric", "seeds", "mean", "deviation"];
  return csvLines([
    [...header, "published", "source"],
    ...rows.flatMap((row) =>
      metrics.map((metric) => {
        const { values, mean, deviation, published } = row.metrics[metric];
        return [
          row.row,
          ...[row.synthetic, row.restyled, row.trivialAugment].map(Number),
          metric,
          values.length,
          mean ?? "",
          deviation ?? "",
          published?.value ?? "",
          published?.source ?? "",
        ];
      }),
    ),
  ]);
}

const marksOf = ({ synthetic, restyled, trivialAugment }: RowResult): string[] =>
  [synthetic, restyled, trivialAugment].map((has) => (has ? "+" : "-"));

function meanText({ mean, deviation }: Spread): string {
  if (mean === null) return "";
  return deviation === null ? mean.toFixed(2) : `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;
}

const signed = (value: number | null, text = ""): string => (value !== null && value > 0 ? `+${text}` : text);
