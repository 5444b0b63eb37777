/** What a training is made of. */
import type { DataSet } from "../data/data-set.ts";
import type { PictureSet } from "../data/picture-set.ts";
import type { Split } from "../data/split.ts";
import type { NetworkDescription } from "../evaluate/trained-network.ts";
import type { AveragedWeights } from "../nn/averaging.ts";
import type { Run } from "../run/run.ts";
import type { Pipelines } from "./job.ts";
import type { Loader } from "./loader.ts";
import type { Mixture } from "./mixture.ts";
import type { TrainOptions } from "./options.ts";
import type { ReportProgress } from "./progress.ts";
import type { Restyling } from "./restyling.ts";
import type { RestylingPlanner } from "./restyling-schedule.ts";
import type { Position } from "./state.ts";
import type { Trainee } from "./step.ts";

/** What restyles the pictures of the plans, and when. */
export interface TrainingRestyling {
  readonly restyling: Restyling;
  readonly planner: RestylingPlanner;
}

/** A run that is being trained: what it was made of, what it changes, and where it stands. */
export interface Training {
  run: Run;
  options: TrainOptions;
  data: DataSet;
  split: Split;
  /** Held-out pictures, corrupted; undefined where robust accuracy is not asked for. */
  robust: PictureSet | undefined;
  trainee: Trainee;
  averaged: AveragedWeights | undefined;
  loader: Loader;
  /** Undefined where nothing is restyled. */
  restyling: TrainingRestyling | undefined;
  mixture: Mixture;
  pipelines: Pipelines;
  position: Position;
  /** Goes into the file of the final weights: what network, for which pictures. */
  description: NetworkDescription;
  report: ReportProgress;
  /** Aborted where the user wants to stop. */
  signal: AbortSignal | undefined;
}
