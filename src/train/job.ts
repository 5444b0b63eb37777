/** A training before it is begun: its options, its pictures, and what plans, the loader and the eye read of both. */
import { createPipeline, type Pipeline } from "../augment/pipeline.ts";
import type { DataSet } from "../data/data-set.ts";
import type { DataOptions } from "../data/options.ts";
import type { PictureSet } from "../data/picture-set.ts";
import type { PoolSet } from "../data/pool.ts";
import type { Split } from "../data/split.ts";
import type { ModelOptions } from "../models/registry.ts";
import type { OpenRestyler } from "../stylize/open.ts";
import type { LoaderSource } from "./loader.ts";
import type { Mixture } from "./mixture.ts";
import type { TrainOptions } from "./options.ts";
import { type OriginalOptions, pipelineOptions, type StylizerUse, type SyntheticOptions } from "./picture-options.ts";
import type { Origin } from "./plan.ts";

/** All that training reads of an experiment, every default filled in. */
export interface TrainJob {
  data: DataOptions;
  model: ModelOptions;
  original: OriginalOptions;
  synthetic?: SyntheticOptions | undefined;
  stylizer: StylizerUse;
  train: TrainOptions;
}

/** An experiment with its pictures, and where it is computed. */
export interface JobParts {
  job: TrainJob;
  data: DataSet;
  /** It stays the caller's, as does the restyler. */
  pool: PoolSet | undefined;
  /** Undefined where nothing is restyled. */
  restyler: OpenRestyler | undefined;
  split: Split;
  device: string;
}

/** Of what the plans of all epochs are made. */
export function mixtureOf({ job, pool, restyler }: Pick<JobParts, "job" | "pool" | "restyler">): Mixture {
  return {
    original: job.original,
    synthetic: job.synthetic,
    poolSize: pool?.count ?? 0,
    styleCount: restyler?.bank.pictures.length ?? 0,
  };
}

/** Pictures of each origin, with what is done to them by rule; undefined where there are none. */
export type Sources = { readonly original: LoaderSource; readonly synthetic: LoaderSource | undefined };

export function sourcesOf({
  job,
  data,
  pool,
}: Pick<JobParts, "job" | "data"> & { pool: PictureSet | undefined }): Sources {
  return {
    original: sourceOf(data.train, job.original, data.cropPadding),
    synthetic: job.synthetic && pool && sourceOf(pool, job.synthetic, data.cropPadding),
  };
}

/** "or": restyled pictures are flipped and cropped only (method.md 1). */
function sourceOf(pictures: PictureSet, options: OriginalOptions, cropPadding: number): LoaderSource {
  const pipeline = pipelineOptions(options, cropPadding);
  const restyledPipeline = options.combine === "or" ? { ...pipeline, augment: [] } : undefined;
  return { pictures, pipeline, restyledPipeline };
}

/** By origin: the rules for pictures as they are, and for those that were restyled. */
export type Pipelines = Readonly<Record<Origin, { readonly plain: Pipeline; readonly restyled: Pipeline } | undefined>>;

/** The same that the loader's workers make of the sources. */
export function pipelinesOf({ original, synthetic }: Sources): Pipelines {
  const of = ({ pipeline, restyledPipeline = pipeline }: LoaderSource) => ({
    plain: createPipeline(pipeline),
    restyled: createPipeline(restyledPipeline),
  });
  return { original: of(original), synthetic: synthetic && of(synthetic) };
}
