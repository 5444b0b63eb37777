/** Builds all that takes part in a training: network, optimizer, loader. */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setSwitches } from "../engine/device.ts";
import type { Tensor } from "../engine/tensor.ts";
import { ImageMaker } from "../evaluate/images.ts";
import { createModel } from "../models/registry.ts";
import { AdamW } from "../nn/adamw.ts";
import { AveragedWeights } from "../nn/averaging.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { Sgd } from "../nn/sgd.ts";
import { stream } from "../random/stream.ts";
import type { Run } from "../run/run.ts";
import { type JobParts, mixtureOf, pipelinesOf, sourcesOf } from "./job.ts";
import { Loader } from "./loader.ts";
import { mostRestyled } from "./mixture.ts";
import type { TrainOptions } from "./options.ts";
import { mostReady, Restyling } from "./restyling.ts";
import { RestylingPlanner } from "./restyling-schedule.ts";
import { corruptHeld } from "./robust.ts";
import { startPosition } from "./state.ts";
import type { Training } from "./training.ts";

/** Bytes of restyled pictures that are kept in memory; more go to a file. */
const MEMORY_LIMIT = 2 ** 30;

/** A training that stands at its start. `disposeTraining` frees what it holds. */
export function prepareTraining(
  run: Run,
  { job, data, pool, restyler, split, device }: JobParts,
  { report, signal }: Pick<Training, "report" | "signal">,
): Training {
  const { train: options } = job;
  const { height, width, channels } = data.train;
  setSwitches({ tf32: options.tf32, cudnnBenchmark: options.cudnnBenchmark });
  const shape = { size: height, channels, classes: data.classes.length };
  const network = createModel(stream(options.seed, "weights"), job.model, shape);
  network.moveTo(device);
  if (device === "cpu") network.setComputeDtype(options.precision);
  const parameters = network.namedParameters();
  const mixture = mixtureOf({ job, pool, restyler });
  const sources = sourcesOf({ job, data, pool });
  const inEpoch = mostRestyled(mixture, options.epochs, split.train.length);
  const restyling =
    restyler &&
    new Restyling({
      restyler: restyler.restyler,
      sources: { original: data.train, synthetic: pool },
      mostPictures: mostReady(job.stylizer.schedule, inEpoch, options.batch),
      spill: { file: join(run.path, "restyled.tmp"), above: MEMORY_LIMIT },
    });
  const tell = (text: string) => report({ kind: "note", text });
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
    restyling: restyling && {
      restyling,
      planner: new RestylingPlanner(restyling, job.stylizer.schedule, tell),
    },
    mixture,
    pipelines: pipelinesOf(sources),
    loader: new Loader({
      ...sources,
      restyled: restyling?.share,
      batch: options.batch,
      seed: options.seed,
      workers: options.workers ?? Math.max(1, Math.min(4, availableParallelism() - 1)),
    }),
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
export async function disposeTraining({ loader, restyling, trainee, averaged }: Training): Promise<void> {
  restyling?.restyling.close(); // first: workers that wait for a restyled picture must hear of the end
  await loader.close();

  trainee.network.dispose();
  trainee.optimizer.dispose();
  trainee.maker.dispose();
  averaged?.dispose();
}

function createOptimizer(parameters: ReadonlyMap<string, Tensor>, { optimizer }: TrainOptions): Optimizer {
  return optimizer.kind === "sgd" ? new Sgd(parameters, optimizer) : new AdamW(parameters, optimizer);
}
