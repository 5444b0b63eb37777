/** Training an experiment, and going on with a run: checks first, then hands over to the loop. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { checkDataFolder } from "../data/data-folder.ts";
import { loadDataSet } from "../data/data-set.ts";
import { openPool } from "../data/pool.ts";
import type { DataSettings } from "../data/progress.ts";
import { splitOfRun } from "../data/split.ts";
import { resolveDevice, setThreadCount, threadCount, trimMemory } from "../engine/device.ts";
import { hasBfloat16 } from "../engine/machine.ts";
import { PatinaError } from "../errors.ts";
import { type Checkpoint, listCheckpoints, readCheckpoint } from "../run/checkpoint.ts";
import { type JournalLine, readJournal } from "../run/journal.ts";
import { type Manifest, makeManifest, manifestChanges, readManifest } from "../run/manifest.ts";
import { createRun, openRun, type Run } from "../run/run.ts";
import { writeTensorboard } from "../run/tensorboard.ts";
import { type OpenRestyler, openRestyler } from "../stylize/open.ts";
import type { JobParts, TrainJob } from "./job.ts";
import { runEpochs } from "./loop.ts";
import { isRestyled, mostRestyled } from "./mixture.ts";
import type { TrainOptions } from "./options.ts";
import type { SyntheticOptions } from "./picture-options.ts";
import { disposeTraining, prepareTraining } from "./prepare.ts";
import type { ReportProgress } from "./progress.ts";
import { scheduleWarning } from "./schedule.ts";
import { restore } from "./state.ts";

export interface TrainSettings {
  /** The run's folder is named by it. */
  name: string;
  /** Where the run's folder is made. Default: runs. */
  runsFolder?: string | undefined;
  /** Where data sets lie. Default: data. */
  dataFolder?: string | undefined;
  /** Writes event files for TensorBoard beside the journal. */
  tensorboard?: boolean | undefined;
  report?: ReportProgress | undefined;
  /** Aborted to stop after the step that is running. */
  signal?: AbortSignal | undefined;
}

export interface ResumeSettings extends Omit<TrainSettings, "name" | "runsFolder"> {
  /** Which checkpoint; the last where not given. */
  from?: string | undefined;
}

export interface TrainResult {
  /** The run's folder. */
  run: string;
  /** Accuracy on the test set, in [0,1]. */
  testAccuracy: number;
}

/**
 * Trains an experiment from its start.
 * @throws PatinaError `data`, `unknown-name`, ... before anything is written; `interrupted`, `not-finite` later.
 */
export async function trainJob(job: TrainJob, settings: TrainSettings): Promise<TrainResult> {
  const { dataFolder, ...parts } = await openJob(job, settings);
  return withParts(parts, () => {
    const run = createRun(settings.runsFolder ?? "runs", settings.name, job, manifestOf(parts, dataFolder));
    return carryOut(run, { ...parts, checkpoint: undefined }, settings);
  });
}

/** What a training that was not begun would be made with. */
export interface CheckedJob {
  readonly manifest: Manifest;
  /** Pictures for the test. */
  readonly testCount: number;
}

/**
 * Looks whether an experiment can be trained here: opens all that it needs, and lets it go. For who trains several, and
 * would hear of a missing pool after hours.
 * @throws PatinaError as `trainJob` does before anything is written
 */
export async function checkJob(job: TrainJob, settings: OpenSettings): Promise<CheckedJob> {
  const { dataFolder, ...parts } = await openJob(job, settings);
  const testCount = parts.data.test.count;
  return withParts(parts, async () => ({ manifest: manifestOf(parts, dataFolder), testCount }));
}

type OpenSettings = Pick<TrainSettings, "dataFolder"> & DataSettings;

/** Opens and checks all that an experiment needs. */
export async function openJob(job: TrainJob, settings: OpenSettings): Promise<JobParts & { dataFolder: string }> {
  const report = settings.report ?? (() => {});
  const { train: options } = job;
  setThreadCount(options.threads ?? availableParallelism());
  const device = resolveDevice(options.device);
  checkPrecision(options, device);
  checkRobust(options);
  checkPool(job.synthetic);
  const dataFolder = resolve(settings.dataFolder ?? "data");
  checkDataFolder(dataFolder);
  const data = await loadDataSet(job.data, dataFolder, { report, signal: settings.signal });
  for (const text of [scheduleWarning(options), precisionWarning(options, device)])
    if (text !== undefined) report({ kind: "warning", text });
  const split = splitOfRun(data.train.labels, options, data.classes);
  return { ...(await openParts({ job, data, split, device }, dataFolder, settings)), dataFolder };
}

/** Opens the synthetic pictures and the stylizer, where the experiment names them, and checks that they are enough. */
async function openParts(
  parts: Omit<JobParts, "pool" | "restyler">,
  dataFolder: string,
  { report, signal }: DataSettings,
): Promise<JobParts> {
  const { job, data, split, device } = parts;
  const { original, synthetic, stylizer, train } = job;
  const pool = synthetic && (await openPool(synthetic.pool, data, dataFolder, { report, signal }));
  const mixture = { original, synthetic, poolSize: pool?.count ?? 0, styleCount: 0 };
  let restyler: OpenRestyler | undefined;
  try {
    mostRestyled(mixture, train.epochs, split.train.length); // says where the pool is too small
    if (isRestyled(mixture)) restyler = openRestyler(stylizer, stylizer, device);
    restyler?.restyler.checkShape(data.train);
    return { ...parts, pool, restyler };
  } catch (error) {
    pool?.store.close();
    restyler?.dispose();
    throw error;
  }
}

/** @throws PatinaError `file-missing` where the named pool is not there, with what to type. */
function checkPool(synthetic: SyntheticOptions | undefined): void {
  const pool = synthetic?.pool;
  if (typeof pool !== "string" || existsSync(pool)) return;
  throw new PatinaError(
    "file-missing",
    `synthetic.pool: ${pool} is not there. Name a pool: --set synthetic.pool=FILE_OR_FOLDER, or bring one to that place: patina synth import FILE_OR_FOLDER ${pool.endsWith(".npz") ? pool : "POOL.npz"}`,
  );
}

/** Does the work, and frees what was opened for it. */
export async function withParts<T>({ pool, restyler }: JobParts, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    pool?.store.close();
    restyler?.dispose();
  }
}

/**
 * Goes on with a run from its last checkpoint; on the same machine (CPU) it ends with the same bytes of weights and
 * journal as one that was never stopped. One that has ended tells its result again: a kill may have come after its last line.
 * @param job the run's own experiment, as `readExperiment` and the schema give it
 * @throws PatinaError `run` where its data are others now, or it has ended and a checkpoint was named.
 */
export async function resumeJob(path: string, job: TrainJob, settings: ResumeSettings): Promise<TrainResult> {
  const manifest = readManifest(path);
  const run = openRun(path);
  try {
    const last = readJournal(run.journal.path).at(-1);
    if (last?.event === "end") return tellEnd(run, last, settings);
    return await goOn(run, manifest, job, settings);
  } finally {
    run.close();
  }
}

/** The result of a run that has ended. */
function tellEnd(run: Run, line: JournalLine, { from, report, tensorboard }: ResumeSettings): TrainResult {
  if (from !== undefined)
    throw new PatinaError("run", `${run.path}: has come to its end already. Leave out --from, or start a new run.`);
  if (tensorboard) writeTensorboard(run);
  report?.({ kind: "note", text: `${run.path} has come to its end already` });
  report?.({ kind: "end", line });
  return { run: run.path, testAccuracy: line.testAccuracy! };
}

async function goOn(run: Run, manifest: Manifest, job: TrainJob, settings: ResumeSettings): Promise<TrainResult> {
  const report = settings.report ?? (() => {});
  setThreadCount(manifest.threads);
  const device = resolveDevice(manifest.device);
  if (settings.dataFolder !== undefined) checkDataFolder(settings.dataFolder);
  const dataFolder = settings.dataFolder ?? manifest.dataFolder;
  const data = await loadDataSet(job.data, dataFolder, { report, signal: settings.signal });
  const split = splitOfRun(data.train.labels, job.train);
  const parts = await openParts({ job, data, split, device }, dataFolder, settings);
  return withParts(parts, () => takeUp(run, manifest, { ...parts, dataFolder }, settings));
}

async function takeUp(
  run: Run,
  manifest: Manifest,
  { dataFolder, ...parts }: JobParts & { dataFolder: string },
  settings: ResumeSettings,
): Promise<TrainResult> {
  const { report = () => {} } = settings;
  const { data } = parts;
  const now = manifestOf(parts, dataFolder);
  if (JSON.stringify([now.data, now.split]) !== JSON.stringify([manifest.data, manifest.split]))
    throw new PatinaError(
      "run",
      `${run.path}: was trained on other pictures than "${data.name}" holds now (digest ${manifest.data.train.slice(0, 8)}..., now ${now.data.train.slice(0, 8)}...). Restore the data, or start a new run.`,
    );
  for (const [what, before, found] of [
    ["synthetic pictures", manifest.pool?.digest, now.pool?.digest],
    ["stylizer", manifest.stylizer?.weights, now.stylizer?.weights],
    ["styles", manifest.stylizer?.styles, now.stylizer?.styles],
  ] as const)
    if (before !== found)
      throw new PatinaError(
        "run",
        `${run.path}: was begun with other ${what} than are there now (${before?.slice(0, 8)}..., now ${found?.slice(0, 8)}...). Restore them, or start a new run.`,
      );
  const changes = manifestChanges(manifest, now);
  if (changes.length > 0)
    report({
      kind: "warning",
      text: `This run was begun elsewhere: ${changes.join("; ")}. It goes on, but not to the same bytes.`,
    });
  const name = settings.from ?? listCheckpoints(run.checkpoints).at(-1);
  const checkpoint = name === undefined ? undefined : readCheckpoint(run.checkpoints, name);
  return carryOut(run, { ...parts, checkpoint }, settings);
}

interface Parts extends JobParts {
  checkpoint: Checkpoint | undefined;
}

/** Trains from the checkpoint, or from the start, to the end; the run is closed whatever happens. */
async function carryOut(run: Run, parts: Parts, settings: ResumeSettings): Promise<TrainResult> {
  const { report: told = () => {}, signal, tensorboard } = settings;
  const report: ReportProgress = (progress) => {
    // Before it is told: what a listener finds beside the journal is as new as the journal.
    if (tensorboard && "line" in progress) writeTensorboard(run);
    told(progress);
  };
  try {
    const training = prepareTraining(run, parts, { report, signal });
    try {
      const { checkpoint, device } = parts;
      if (checkpoint === undefined) forgetUnsaved(run);
      else restore(training, checkpoint);
      trimMemory();
      const { epochs } = training.options;
      const threads = threadCount();
      const pictures = training.split.train.length;
      report({ kind: "start", run: run.path, pictures, epochs, device, threads, isResumed: checkpoint !== undefined });
      const { testAccuracy } = await runEpochs(training);
      return { run: run.path, testAccuracy };
    } finally {
      await disposeTraining(training);
    }
  } catch (error) {
    throw withRemedy(error, run);
  } finally {
    run.close();
  }
}

/** A run that was stopped before its first checkpoint starts again: its files must not keep what came before. */
function forgetUnsaved(run: Run): void {
  run.journal.truncate(0);
  run.draws.truncate(0);
}

function manifestOf({ job, data, split, device, pool, restyler }: JobParts, dataFolder: string) {
  return makeManifest({
    device,
    threads: threadCount(),
    seed: job.train.seed,
    dataFolder,
    data: { name: data.name, train: data.train.digest, test: data.test.digest },
    split: { train: split.train.length, held: split.held.length, digest: split.digest },
    ...(pool && { pool: { count: pool.count, digest: pool.digest } }),
    ...(restyler && { stylizer: { ...restyler.digests, count: restyler.bank.pictures.length } }),
  });
}

/** @throws PatinaError `experiment` where the device cannot compute so. */
function checkPrecision({ precision }: TrainOptions, device: string): void {
  if (precision === "float16" && device === "cpu")
    throw new PatinaError(
      "experiment",
      'train.precision: float16 is for GPUs. On this CPU choose "float32" or "bfloat16".',
    );
}

/** @throws PatinaError `experiment` where no pictures are held out that could be corrupted. */
function checkRobust({ robust, hold }: TrainOptions): void {
  if (robust !== "none" && hold === 0)
    throw new PatinaError(
      "experiment",
      'train.robust: is measured on held-out pictures, and train.hold is 0. Set train.hold, say to 0.2, or train.robust to "none".',
    );
}

/** What to say where a processor can compute so, but gains nothing by it. */
function precisionWarning({ precision }: TrainOptions, device: string): string | undefined {
  if (precision !== "bfloat16" || device !== "cpu" || hasBfloat16()) return undefined;
  return 'This processor has no instructions for bfloat16, so train.precision: "bfloat16" is slower here than "float32".';
}

/** Where the disk is full or a file has gone in the midst of it, says that the run can go on from its last checkpoint. */
function withRemedy(error: unknown, run: Run): unknown {
  if (!(error instanceof PatinaError) || error.code === "interrupted" || error.code === "not-finite") return error;
  const isBegun = listCheckpoints(run.checkpoints).length > 0;
  const remedy = `${isBegun ? "The last checkpoint is whole; then go on" : "Then start it again"} with: patina train --resume ${run.path}`;
  return new PatinaError(error.code, `${error.message}\n${remedy}`, { cause: error });
}
