/** Made-up runs of table 3, and the table of them. */
import type { AblationName, PaperDataSet } from "../../src/experiment/named/paper.ts";
import { findTable, planRows } from "../../src/reproduce/plan.ts";
import { type MeasuredRun, type ReproducedTable, tabulate } from "../../src/reproduce/result.ts";
import { sampleEvaluation } from "../evaluate/sample-evaluation.ts";

/** A run with this clean accuracy; C, C15 and C-bar are 10, 20 and 30 points below it. Percent. */
export function run(row: AblationName, seed: number, clean: number, digest = "def"): MeasuredRun {
  const suites = (["c", "c15", "c-bar"] as const).map((suite, place) => {
    const value = (clean - 10 * (place + 1)) / 100;
    const accuracy: { value: number; range: [number, number] } = { value, range: [value - 0.02, value + 0.02] };
    return { suite, corruptions: [], accuracy, calibrationError: 0 };
  });
  const { data, clean: before, columns } = sampleEvaluation;
  const evaluation = {
    ...sampleEvaluation,
    data: { ...data, digest },
    clean: { ...before, accuracy: clean / 100, range: [clean / 100 - 0.01, clean / 100 + 0.01] as [number, number] },
    columns: [{ ...columns[0]!, origin: "generated@1", suites }],
  };
  return { row, seed, path: `out/runs/${row}-seed-${seed}-20260101-abcd`, evaluation, origin: "generated@1" };
}

export function tableOf(
  runs: readonly MeasuredRun[],
  dataSet: PaperDataSet = "cifar100",
  { seeds = [0, 1, 2], set = [] as string[] } = {},
): ReproducedTable {
  const rows = planRows(findTable("table-3"), { dataSet, scale: "small", pool: "pool.npz", set });
  const budget = {
    model: "WideResNet-10-2",
    trainingPictures: 10_000,
    epochs: 15,
    batch: 128,
    steps: 1185,
    testPictures: 1000,
  };
  return tabulate({ patina: "0.1.0", table: "table-3", dataSet, scale: "small", budget, seeds, rows, runs });
}
