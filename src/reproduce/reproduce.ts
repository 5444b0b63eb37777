/** Reproducing a table of the paper: each row is trained with each seed and measured, and stands beside the paper's numbers. */
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { generatedOrigin } from "../benchmark/generated.ts";
import { PatinaError } from "../errors.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { evaluationFolder, findEvaluation } from "../evaluate/evaluation-file.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { defaultPool, type PaperDataSet } from "../experiment/named/paper.ts";
import { resume } from "../experiment/train.ts";
import { checkNewFile, writeAtomically } from "../files.ts";
import { generatorMark } from "../report/document.ts";
import { report } from "../report/report.ts";
import type { Manifest } from "../run/manifest.ts";
import type { Progress } from "../train/progress.ts";
import { checkJob, trainJob } from "../train/train.ts";
import { version } from "../version.ts";
import { budgetText, drawTableCsv, drawTableMarkdown } from "./draw.ts";
import { drawFront } from "./draw-front.ts";
import { findRun, openReproduction, runName, runsFolderOf } from "./folder.ts";
import { findTable, type PlannedRow, planRows } from "./plan.ts";
import type { ReportReproduction } from "./progress.ts";
import { type Budget, isWhole, type MeasuredRun, type ReproducedTable, type TableParts, tabulate } from "./result.ts";
import { findScale, type ScaleName } from "./scales.ts";

export interface ReproduceSettings {
  /** Default: cifar10. */
  dataSet?: PaperDataSet | undefined;
  /** Default: small. */
  scale?: ScaleName | undefined;
  /** The synthetic pictures; `synthetic/<data set>.npz` in the folder of data sets where not given. */
  pool?: string | undefined;
  /** Those of the scale where not given. */
  seeds?: readonly number[] | undefined;
  /** Default: reproductions/<table>-<data set>-<scale>. One that was begun there is gone on with. */
  out?: string | undefined;
  /** Changes of what all rows share, each `path=value`. */
  set?: readonly string[] | undefined;
  /** Where data sets lie. Default: data. */
  dataFolder?: string | undefined;
  report?: ReportReproduction | undefined;
  /** Aborted to stop after the step or batch that is running. */
  signal?: AbortSignal | undefined;
}

export interface Reproduction {
  readonly folder: string;
  readonly table: ReproducedTable;
}

/** What carrying out takes, beside what the table says. */
interface Work {
  readonly folder: string;
  readonly dataFolder: string;
  /** Test pictures to measure; all where undefined. */
  readonly subset: number | undefined;
  readonly told: ReportReproduction;
  readonly signal: AbortSignal | undefined;
}

/**
 * Trains and measures all rows of a table with all seeds, one after another, each in a run of its own, and writes table.json,
 * table.csv, table.md and report.html. Killed at any moment and called again, it goes on where it was.
 * @param name of the table: "table-3"
 * @throws PatinaError `unknown-name`, `usage`, `experiment`, `file-missing`, `data` before anything is written; `run` where the
 * folder is of another reproduction, `file-exists` where other files lie in it; `interrupted`, and as `train`, `evaluate` and
 * `report`, later
 */
export async function reproduce(name: string, settings: ReproduceSettings = {}): Promise<Reproduction> {
  const table = findTable(name);
  const { dataSet = "cifar10", scale: scaleName = "small", report: told = () => {}, signal } = settings;
  const scale = findScale(scaleName);
  const seeds = settings.seeds ?? scale.seeds;
  checkSeeds(seeds);
  const dataFolder = resolve(settings.dataFolder ?? "data");
  const pool = poolOf(dataSet, settings);
  const rows = planRows(table, { dataSet, scale: scaleName, pool, set: settings.set ?? [] });
  const hardest = rows.at(-1)!.experiment(seeds[0]!); // it needs all that the others do
  const { manifest, testCount } = await checkJob(hardest, { dataFolder, report: told, signal });
  const subset = scale.testPictures && Math.min(scale.testPictures, testCount);
  const budget = budgetOf(hardest, manifest.split.train, subset ?? testCount);

  const folder = settings.out ?? join("reproductions", `${name}-${dataSet}-${scaleName}`);
  const experiments = Object.fromEntries(rows.map((row) => [row.name, row.experiment(0)]));
  const identity = { table: name, dataSet, scale: scaleName, experiments, digests: digestsOf(manifest) };
  const close = openReproduction(folder, { format: 1, ...identity });
  try {
    checkNewFile(reportFile(folder), { name: "report", mark: generatorMark }, "Move it away.");
    told({ kind: "budget", text: budgetText(budget), folder });
    const parts = { patina: version, table: name, dataSet, scale: scaleName, budget, seeds, rows };
    return { folder, table: await carryOut({ folder, dataFolder, subset, told, signal }, parts) };
  } finally {
    close();
  }
}

/**
 * All runs, seed by seed, so that a whole table is there early; after each run the tables are written anew, after each seed the
 * report too.
 */
async function carryOut(work: Work, parts: Omit<TableParts, "runs">): Promise<ReproducedTable> {
  const { rows, seeds } = parts;
  const total = seeds.length * rows.length;
  const found = seeds.flatMap((seed) => rows.map((row) => findMeasured(work, row, seed)));
  const whole = () => found.filter((run) => run !== undefined);
  const writeNow = () => writeTables(work.folder, { ...parts, runs: whole() });
  const missing = total - whole().length;
  const begun = performance.now();
  let done = 0;
  for (const [turn, seed] of seeds.entries()) {
    const before = done;
    for (const [index, row] of rows.entries()) {
      const place = turn * rows.length + index;
      if (found[place] !== undefined) continue;
      const elapsed = (performance.now() - begun) / 1000;
      const secondsLeft = done === 0 ? undefined : (elapsed / done) * (missing - done);
      work.told({ kind: "run", row: row.name, seed, place: place + 1, total, secondsLeft });
      found[place] = await withPlace(`${row.name}, seed ${seed}, run ${place + 1} of ${total}`, () =>
        measureRow(work, row, seed),
      );
      done++;
      writeNow();
    }
    const table = writeNow();
    // Of a first seed that was whole before, the report may be missing, or of other seeds than are asked for now.
    if (done > before || turn === 0) await withPlace("the report", () => writeReport(work, table, whole()));
  }
  return writeNow();
}

/** A run that is whole: nothing of it is done again. On what else it was measured meanwhile does not matter. */
function findMeasured({ folder, subset }: Work, row: PlannedRow, seed: number): MeasuredRun | undefined {
  const path = findRun(folder, runName(row.name, seed));
  if (path === undefined) return undefined;
  const evaluation = findEvaluation(evaluationFolder(path, { subset }));
  const column = evaluation?.columns.find((one) => one.origin === generatedOrigin && isWhole(one));
  return column && { row: row.name, seed, path, evaluation: evaluation!, origin: column.origin };
}

/** Trains a run, or what is left of it, and measures it. */
async function measureRow(
  { folder, dataFolder, subset, told, signal }: Work,
  row: PlannedRow,
  seed: number,
): Promise<MeasuredRun> {
  const name = runName(row.name, seed);
  const begun = findRun(folder, name);
  const experiment = row.experiment(seed);
  const settings = { dataFolder, report: (progress: Progress) => told({ kind: "train", progress }), signal };
  const { run: path } =
    begun === undefined
      ? await trainJob(experiment, { name, runsFolder: runsFolderOf(folder), ...settings })
      : await resume(begun, settings);
  const { evaluation, origin } = await evaluate(path, {
    dataFolder,
    subset,
    device: experiment.train.device,
    report: (progress) => told({ kind: "evaluate", progress }),
    signal,
  });
  return { row: row.name, seed, path, evaluation, origin };
}

function writeTables(folder: string, parts: TableParts): ReproducedTable {
  const table = tabulate(parts);
  writeAtomically(join(folder, "table.json"), `${JSON.stringify(table, null, 2)}\n`);
  writeAtomically(join(folder, "table.csv"), drawTableCsv(table));
  writeAtomically(join(folder, "table.md"), drawTableMarkdown(table));
  return table;
}

const reportFile = (folder: string): string => join(folder, "report.html");

/** A page of the table and of all runs, compared with the first one, which is the baseline. */
async function writeReport(
  { folder, dataFolder, subset, told, signal }: Work,
  table: ReproducedTable,
  runs: readonly MeasuredRun[],
): Promise<void> {
  const paths = runs.map(({ path }) => path);
  const evaluation = subset === undefined ? undefined : basename(evaluationFolder(paths[0]!, { subset }));
  const file = reportFile(folder);
  told({ kind: "note", text: `Making the report of ${paths.length} runs: ${file}` });
  await report(paths, { file, evaluation, front: drawFront(table), dataFolder, report: told, signal });
}

/** @throws PatinaError `file-missing` where none was named and there is none at its place */
function poolOf(dataSet: PaperDataSet, { pool, dataFolder }: ReproduceSettings): string {
  if (pool !== undefined) return resolve(pool);
  const usual = defaultPool(dataSet, dataFolder);
  if (existsSync(usual)) return resolve(usual);
  throw new PatinaError(
    "file-missing",
    `${usual} is not there, and half of the rows need synthetic pictures of ${dataSet}. Name a pool: --pool FILE_OR_FOLDER, or bring one to that place: patina synth import FILE_OR_FOLDER ${usual}`,
  );
}

/** @throws PatinaError `usage` */
function checkSeeds(seeds: readonly number[]): void {
  const wrong = seeds.find((seed, place) => !Number.isSafeInteger(seed) || seed < 0 || seeds.indexOf(seed) !== place);
  if (seeds.length > 0 && wrong === undefined) return;
  throw new PatinaError(
    "usage",
    `--seeds ${seeds.join(",")}: must be different whole numbers from 0, as in: --seeds 0,1,2`,
  );
}

function budgetOf({ model, train }: Experiment, trainingPictures: number, testPictures: number): Budget {
  const { epochs, batch } = train;
  const steps = epochs * Math.ceil(trainingPictures / batch);
  return { model: `WideResNet-${model.depth}-${model.width}`, trainingPictures, epochs, batch, steps, testPictures };
}

/** Of all that rows are trained on and with, as it is called in messages. */
function digestsOf({ data, pool, stylizer }: Manifest): Record<string, string> {
  return {
    "training pictures": data.train,
    "test pictures": data.test,
    "synthetic pictures": pool?.digest ?? "",
    "weights of the stylizer": stylizer?.weights ?? "",
    styles: stylizer?.styles ?? "",
  };
}

/** What stops a run says how to go on with that run; here the same call goes on with all. */
async function withPlace<Result>(place: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PatinaError)) throw error;
    const isStopped = error.code === "interrupted";
    const text = isStopped
      ? `Stopped in ${place}. All is kept; the same command goes on there.`
      : `${place}: ${error.message}`;
    throw new PatinaError(error.code, text, { cause: error });
  }
}
