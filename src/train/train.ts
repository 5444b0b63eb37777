/** Training an experiment: builds all that takes part, and hands over to the loop. */
import { availableParallelism } from "node:os";
import { createPipeline } from "../augment/pipeline.ts";
import { type DataSet, loadDataSet } from "../data/data-set.ts";
import type { DataOptions } from "../data/options.ts";
import { splitStratified } from "../data/split.ts";
import { resolveDevice, setThreadCount, threadCount, trimMemory } from "../engine/device.ts";
import { PatinaError } from "../errors.ts";
import type { ClassifierShape } from "../models/classifier.ts";
import { createModel, type ModelOptions } from "../models/registry.ts";
import { AdamW } from "../nn/adamw.ts";
import { AveragedWeights } from "../nn/averaging.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { Sgd } from "../nn/sgd.ts";
import { stream } from "../random/stream.ts";
import { type Checkpoint, listCheckpoints, readCheckpoint } from "../run/checkpoint.ts";
import { readJournal } from "../run/journal.ts";
import { type Manifest, makeManifest, manifestChanges, readManifest } from "../run/manifest.ts";
import { createRun, openRun, type Run } from "../run/run.ts";
import { ImageMaker } from "./images.ts";
import { Loader } from "./loader.ts";
import { runEpochs, type Training } from "./loop.ts";
import type { OriginalOptions, TrainOptions } from "./options.ts";
import type { ReportProgress } from "./progress.ts";
import { scheduleWarning } from "./schedule.ts";
import { restore, startPosition } from "./state.ts";

/** All that training reads of an experiment, every default filled in. */
export interface TrainJob {
  /** The run's folder is named by it. */
  name: string;
  data: DataOptions;
  model: ModelOptions;
  original: OriginalOptions;
  train: TrainOptions;
}

export interface TrainSettings {
  /** Where the run's folder is made. */
  runsFolder: string;
  /** Where data sets lie. */
  dataFolder: string;
  report?: ReportProgress;
  /** Aborted to stop after the step that is running. */
  signal?: AbortSignal;
}

export interface ResumeSettings extends Pick<TrainSettings, "dataFolder" | "report" | "signal"> {
  /** The run's folder. */
  run: string;
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
export async function train(job: TrainJob, settings: TrainSettings): Promise<TrainResult> {
  const report = settings.report ?? (() => {});
  const { train: options } = job;
  setThreadCount(options.threads ?? availableParallelism());
  const device = resolveDevice(options.device);
  checkPrecision(options, device);
  const data = await loadDataSet(job.data, settings.dataFolder);
  const warning = scheduleWarning(options);
  if (warning !== undefined) report({ kind: "warning", text: warning });
  const split = splitOf(data, options);
  const run = createRun(settings.runsFolder, job.name, job, manifestOf(job, data, split, device));
  return carryOut(run, { job, data, split, device, report, signal: settings.signal, checkpoint: undefined });
}

/**
 * Goes on with a run from its last checkpoint; on the same machine (CPU) it ends with the same bytes of weights and
 * journal as one that was never stopped.
 * @param job the run's own experiment, as `readExperiment` and the schema give it
 * @throws PatinaError `run` where it has ended already, or its data are others now.
 */
export async function resume(job: TrainJob, settings: ResumeSettings): Promise<TrainResult> {
  const report = settings.report ?? (() => {});
  const manifest = readManifest(settings.run);
  setThreadCount(manifest.threads);
  const device = resolveDevice(manifest.device);
  const data = await loadDataSet(job.data, settings.dataFolder);
  const split = splitOf(data, job.train);
  const now = manifestOf(job, data, split, device);
  if (JSON.stringify([now.data, now.split]) !== JSON.stringify([manifest.data, manifest.split]))
    throw new PatinaError(
      "run",
      `${settings.run}: was trained on other pictures than "${data.name}" holds now (digest ${manifest.data.train.slice(0, 8)}..., now ${now.data.train.slice(0, 8)}...). Restore the data, or start a new run.`,
    );
  const changes = manifestChanges(manifest, now);
  if (changes.length > 0)
    report({
      kind: "warning",
      text: `This run was begun elsewhere: ${changes.join("; ")}. It goes on, but not to the same bytes.`,
    });
  const run = openRun(settings.run);
  try {
    if (readJournal(run.journal.path).at(-1)?.event === "end")
      throw new PatinaError("run", `${settings.run}: has come to its end already. Start a new run to train on.`);
    const name = settings.from ?? listCheckpoints(run.checkpoints).at(-1);
    const checkpoint = name === undefined ? undefined : readCheckpoint(run.checkpoints, name);
    return await carryOut(run, { job, data, split, device, report, signal: settings.signal, checkpoint });
  } finally {
    run.close();
  }
}

type Split = ReturnType<typeof splitOf>;

interface Parts {
  job: TrainJob;
  data: DataSet;
  split: Split;
  device: string;
  report: ReportProgress;
  signal: AbortSignal | undefined;
  checkpoint: Checkpoint | undefined;
}

async function carryOut(
  run: Run,
  { job, data, split, device, report, signal, checkpoint }: Parts,
): Promise<TrainResult> {
  const { train: options } = job;
  const { height, width, channels } = data.train;
  const shape: ClassifierShape = { size: height, channels, classes: data.classes.length };
  const network = createModel(stream(options.seed, "weights"), job.model, shape);
  network.moveTo(device);
  if (device === "cpu") network.setComputeDtype(options.precision);
  const parameters = network.namedParameters();
  const optimizer = createOptimizer(parameters, options);
  const averaged = options.averaging === "none" ? undefined : new AveragedWeights(parameters);
  const maker = new ImageMaker({ height, width, channels }, data, device);
  const pipelineOptions = {
    flip: job.original.flip,
    crop: job.original.crop === "standard" ? { padding: data.cropPadding } : job.original.crop,
    augment: job.original.augment,
  };
  const loader = new Loader({
    pictures: data.train,
    pipeline: pipelineOptions,
    batch: options.batch,
    seed: options.seed,
    workers: options.workers ?? Math.max(1, Math.min(4, availableParallelism() - 1)),
  });
  const training: Training = {
    run,
    options,
    data,
    split,
    trainee: {
      network,
      parameters,
      optimizer,
      maker,
      device,
      precision: options.precision,
      labelSmoothing: options.labelSmoothing,
      clipNorm: options.clipNorm === "none" ? undefined : options.clipNorm,
    },
    averaged,
    loader,
    pipeline: createPipeline(pipelineOptions),
    position: startPosition(),
    weightsMetadata: weightsMetadata(job, data),
    report,
    signal,
  };
  try {
    if (checkpoint === undefined) forgetUnsaved(run);
    else restore(training, checkpoint);
    trimMemory();
    const { epochs } = options;
    const threads = threadCount();
    const pictures = split.train.length;
    report({ kind: "start", run: run.path, pictures, epochs, device, threads, isResumed: checkpoint !== undefined });
    const { testAccuracy } = await runEpochs(training);
    return { run: run.path, testAccuracy };
  } finally {
    await loader.close();
    run.close();
    disposeAll(network, optimizer, averaged, maker);
  }
}

function createOptimizer(parameters: Training["trainee"]["parameters"], { optimizer }: TrainOptions): Optimizer {
  return optimizer.kind === "sgd" ? new Sgd(parameters, optimizer) : new AdamW(parameters, optimizer);
}

/** A run that was stopped before its first checkpoint starts again: its files must not keep what came before. */
function forgetUnsaved(run: Run): void {
  run.journal.truncate(0);
  run.draws.truncate(0);
}

function splitOf(data: DataSet, { hold, seed }: TrainOptions) {
  return splitStratified(data.train.labels, hold, stream(seed, "split"));
}

function manifestOf({ train: options }: TrainJob, data: DataSet, split: Split, device: string): Manifest {
  return makeManifest({
    device,
    threads: threadCount(),
    seed: options.seed,
    data: { name: data.name, train: data.train.digest, test: data.test.digest },
    split: { train: split.train.length, held: split.held.length, digest: split.digest },
  });
}

/** What another program must know to use the weights. */
function weightsMetadata({ model }: TrainJob, data: DataSet): Record<string, string> {
  const { height, width, channels } = data.train;
  return {
    model: JSON.stringify(model),
    classes: JSON.stringify(data.classes),
    input: JSON.stringify({ height, width, channels, range: [0, 1], mean: data.mean, deviation: data.deviation }),
  };
}

/** @throws PatinaError `experiment` where the device cannot compute so. */
function checkPrecision({ precision }: TrainOptions, device: string): void {
  if (precision === "float16" && device === "cpu")
    throw new PatinaError(
      "experiment",
      'train.precision: float16 is for GPUs. On this CPU choose "float32" or "bfloat16".',
    );
}

function disposeAll(
  network: Module,
  optimizer: Optimizer,
  averaged: AveragedWeights | undefined,
  maker: ImageMaker,
): void {
  network.dispose();
  optimizer.dispose();
  averaged?.dispose();
  maker.dispose();
}
