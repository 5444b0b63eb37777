/** What is reproduced: a table of the paper, as the experiments of its rows, all on one budget. */
import { nearestName, PatinaError } from "../errors.ts";
import { type Experiment, ExperimentOptions, parseExperiment } from "../experiment/experiment.ts";
import { type AblationName, ablationRows, type PaperDataSet, paperExperiment } from "../experiment/named/paper.ts";
import { applyOverrides } from "../experiment/overrides.ts";
import { PAPER } from "../experiment/registry.ts";
import { findScale, type ScaleName } from "./scales.ts";

export interface PaperTable {
  readonly name: string;
  readonly title: string;
  readonly rows: typeof ablationRows;
}

/** The tables whose rows Patina has all parts for. */
export const paperTables: readonly PaperTable[] = [{ name: "table-3", title: "Table 3", rows: ablationRows }];

/** @throws PatinaError `unknown-name`, with those that there are */
export function findTable(name: string): PaperTable {
  const found = paperTables.find((table) => table.name === name);
  if (found !== undefined) return found;
  const known = paperTables.map((table) => table.name);
  const near = nearestName(name, known);
  const hint = near === undefined ? `There is ${known.join(", ")}.` : `Did you mean "${near}"?`;
  throw new PatinaError("unknown-name", `unknown table "${name}". ${hint}`);
}

export interface PlanOptions {
  readonly dataSet: PaperDataSet;
  readonly scale: ScaleName;
  readonly pool: string;
  /** Changes of every row, each `path=value`. */
  readonly set: readonly string[];
}

/** The experiment of a row with a seed. */
export interface PlannedRow {
  readonly name: AblationName;
  readonly row: (typeof ablationRows)[number];
  experiment(seed: number): Experiment;
}

/** What all rows of a table share; in the rest they differ, and that is what the table shows. */
const shared = ["model", "stylizer", "train"];

/** @throws PatinaError `usage` for a change of what rows differ in; `experiment` as `parseExperiment` */
export function planRows({ rows }: PaperTable, { dataSet, scale, pool, set }: PlanOptions): PlannedRow[] {
  for (const change of set) checkChange(change);
  const { changes } = findScale(scale);
  return rows.map((row) => ({
    name: row.name,
    row,
    experiment(seed) {
      const input = {
        ...paperExperiment(dataSet, row, pool),
        ...changes,
        train: { ...changes.train, seed },
      };
      const settings = set.map((change) => ` --set ${change}`).join("");
      return parseExperiment(
        applyOverrides(ExperimentOptions, input, set),
        `${PAPER}${dataSet}/${row.name}${settings}`,
      );
    },
  }));
}

function checkChange(change: string): void {
  const path = change.split("=", 1)[0]!;
  if (path === "train.seed")
    throw new PatinaError("usage", `--set ${change}: each row is trained with several seeds. Give them: --seeds 0,1,2`);
  if (path === "train")
    throw new PatinaError(
      "usage",
      `--set ${change}: replaces all of train, the budget of the scale and the seeds with it. Name what changes, as in: --set train.epochs=30`,
    );
  if (path === "data")
    throw new PatinaError("usage", `--set ${change}: the data set of all rows has its own option: --data-set cifar100`);
  if (path === "synthetic.pool")
    throw new PatinaError("usage", `--set ${change}: the pool of all rows has its own option: --pool FILE`);
  if (shared.includes(path.split(/[.[]/, 1)[0]!)) return;
  throw new PatinaError(
    "usage",
    `--set ${change}: rows of a table differ in that. Change what they share (${shared.join(", ")}), or train one row: patina train ${PAPER}cifar10/ours --set ${change}`,
  );
}
