/** Builds all that takes part in a training: network, optimizer, loader. */
import { availableParallelism } from "node:os";
import { createPipeline } from "../augment/pipeline.ts";
import type { DataSet } from "../data/data-set.ts";
import type { DataOptions } from "../data/options.ts";
import type { Split } from "../data/split.ts";
import { setSwitches } from "../engine/device.ts";
import type { Tensor } from "../engine/tensor.ts";
import { ImageMaker } from "../evaluate/images.ts";
import { createModel, type ModelOptions } from "../models/registry.ts";
import { AdamW } from "../nn/adamw.ts";
import { AveragedWeights } from "../nn/averaging.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { Sgd } from "../nn/sgd.ts";
import { stream } from "../random/stream.ts";
import type { Run } from "../run/run.ts";
import { Loader } from "./loader.ts";
import { type OriginalOptions, pipelineOptions, type TrainOptions } from "./options.ts";
import { corruptHeld } from "./robust.ts";
import { startPosition } from "./state.ts";
import type { Training } from "./training.ts";

/** All that training reads of an experiment, every default filled in. */
export interface TrainJob {
  data: DataOptions;
  model: ModelOptions;
  original: OriginalOptions;
  train: TrainOptions;
}

/** An experiment with its pictures, and where it is computed. */
export interface JobParts {
  job: TrainJob;
  data: DataSet;
  split: Split;
  device: string;
}

/** A training that stands at its start. `disposeTraining` frees what it holds. */
export function prepareTraining(
  run: Run,
  { job, data, split, device }: JobParts,
  { report, signal }: Pick<Training, "report" | "signal">,
): Training {
  const { train: options, original } = job;
  const { height, width, channels } = data.train;
  setSwitches({ tf32: options.tf32, cudnnBenchmark: options.cudnnBenchmark });
  const shape = { size: height, channels, classes: data.classes.length };
  const network = createModel(stream(options.seed, "weights"), job.model, shape);
  network.moveTo(device);
  if (device === "cpu") network.setComputeDtype(options.precision);
  const parameters = network.namedParameters();
  const pipeline = pipelineOptions(original, data.cropPadding);
  return {
    run,
    options,
    data,
    split,
    robust: options.robust === "none" ? undefined : corruptHeld(data.train, split.held, options.robust, options.seed),
    trainee: {
      network,
      parameters,
      optimizer: createOptimizer(parameters, options),
      maker: new ImageMaker({ height, width, channels }, data, device),
      device,
      precision: options.precision,
      labelSmoothing: options.labelSmoothing,
      clipNorm: options.clipNorm === "none" ? undefined : options.clipNorm,
    },
    averaged: options.averaging === "none" ? undefined : new AveragedWeights(parameters),
    loader: new Loader({
      pictures: data.train,
      pipeline,
      batch: options.batch,
      seed: options.seed,
      workers: options.workers ?? Math.max(1, Math.min(4, availableParallelism() - 1)),
    }),
    pipeline: createPipeline(pipeline),
    position: startPosition(),
    description: {
      model: job.model,
      classes: data.classes,
      shape: { height, width, channels },
      normalisation: { mean: data.mean, deviation: data.deviation },
    },
    report,
    signal,
  };
}

/** Stops the workers and frees all tensors. */
export async function disposeTraining({ loader, trainee, averaged }: Training): Promise<void> {
  await loader.close();
  trainee.network.dispose();
  trainee.optimizer.dispose();
  trainee.maker.dispose();
  averaged?.dispose();
}

function createOptimizer(parameters: ReadonlyMap<string, Tensor>, { optimizer }: TrainOptions): Optimizer {
  return optimizer.kind === "sgd" ? new Sgd(parameters, optimizer) : new AdamW(parameters, optimizer);
}
