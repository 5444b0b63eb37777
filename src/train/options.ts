/** The options of training. Every default is the paper's (method.md 2, table 8) unless the text says otherwise. */
import { z } from "zod";
import { suiteNames } from "../corrupt/suites.ts";

const Schedule = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("warm-restarts"),
      first: z
        .int()
        .min(1)
        .optional()
        .describe("epochs of the first cycle, at least 1; epochs / 15, rounded, where not given"),
      factor: z.int().min(1).default(2).describe("each cycle is this many times as long as the one before"),
    })
    .describe("cosine with warm restarts, constant within an epoch: the paper's"),
  z.strictObject({ kind: z.literal("cosine") }).describe("one cosine from the first step to the last, step by step"),
  z.strictObject({ kind: z.literal("constant") }).describe("the learning rate as it stands"),
]);

const Optimizer = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("sgd"),
      learningRate: z.number().positive().default(0.1).describe("at the start of the schedule, above 0"),
      momentum: z.number().min(0).lt(1).default(0.9).describe("share of the last change that goes on, in [0, 1)"),
      nesterov: z.boolean().default(true).describe("look ahead along the momentum"),
      weightDecay: z.number().min(0).default(1e-4).describe("added to every gradient, times the weight, from 0"),
    })
    .describe("stochastic gradient descent with momentum: the paper's for convolutional networks"),
  z
    .strictObject({
      kind: z.literal("adamw"),
      learningRate: z.number().positive().default(1e-4).describe("at the start of the schedule, above 0"),
      betas: z
        .tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)])
        .default([0.9, 0.999])
        .describe("how long the means of gradients and of their squares remember, each in [0, 1)"),
      epsilon: z.number().positive().default(1e-8).describe("added to the root of the squares, above 0"),
      weightDecay: z
        .number()
        .min(0)
        .default(0.05)
        .describe("share of each weight taken away, times the learning rate, from 0"),
    })
    .describe("Adam with decoupled weight decay: the paper's for transformers"),
]);

const Averaging = z.union([
  z.literal("none"),
  z.strictObject({
    from: z.number().min(0).lt(1).default(0.9).describe("share of the epochs after which averaging begins, in [0, 1)"),
    learningRate: z
      .number()
      .positive()
      .optional()
      .describe("held while averaging, above 0; a fifth of the optimizer's where not given"),
    anneal: z.int().min(1).default(5).describe("epochs in which the rate gets there, at least 1"),
  }),
]);

const Robust = z
  .strictObject({
    suite: z.enum(suiteNames).default("c").describe("which corruptions, in turn; severities are drawn"),
    pictures: z.int().min(1).default(1000).describe("how many of the held-out pictures, at least 1"),
  })
  .describe("some held-out pictures, corrupted once");
export type RobustOptions = z.output<typeof Robust>;

export const TrainOptions = z.strictObject({
  epochs: z.int().min(1).default(300).describe("passes over the training pictures, at least 1"),
  batch: z
    .int()
    .min(1)
    .default(256)
    .describe("pictures in a step, at least 1; the last batch of an epoch may be smaller"),
  seed: z.int().min(0).default(0).describe("the one number from which all randomness comes, from 0"),
  optimizer: Optimizer.prefault({ kind: "sgd" }).describe("how weights follow their gradients"),
  schedule: Schedule.prefault({ kind: "warm-restarts" }).describe("the learning rate over the epochs"),
  averaging: Averaging.prefault({}).describe("stochastic weight averaging; the averaged network is the result"),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0.1)
    .describe("share of each target spread over all classes, in [0, 1); training only"),
  clipNorm: z
    .union([z.literal("none"), z.number().positive()])
    .default(1)
    .describe("longest that all gradients together may be, above 0"),
  hold: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe(
      "share of the training pictures held out, by class, and measured after each epoch, in [0, 1); 0 trains on all",
    ),
  subset: z
    .int()
    .min(1)
    .optional()
    .describe(
      "train on so many of the training pictures only, each class by its share, the same for every seed; all where not given",
    ),
  robust: z
    .union([z.literal("none"), Robust])
    .default("none")
    .describe("measure robust accuracy after each epoch; needs train.hold above 0"),
  precision: z
    .enum(["float32", "bfloat16", "float16"])
    .default("float32")
    .describe("what convolutions compute with in steps; bfloat16 pays on processors that have it, float16 is for GPUs"),
  tf32: z
    .boolean()
    .default(false)
    .describe("on GPUs that have it: products of float32 with 10 bits of mantissa, faster"),
  cudnnBenchmark: z
    .boolean()
    .default(false)
    .describe(
      "on GPUs: try the algorithms of convolutions first; the choice, and the last bits, may differ from run to run",
    ),
  device: z.string().default("auto").describe('"cpu", "cuda:0", ...; "auto" is the first GPU, else the CPU'),
  threads: z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .describe("of libtorch on the CPU; as many as there are processors where not given"),
  workers: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe("threads that prepare pictures; by the number of processors where not given"),
  checkpointEvery: z.int().min(1).default(1).describe("epochs between checkpoints, at least 1"),
});

export type TrainOptions = z.infer<typeof TrainOptions>;
/** What may be written: any part of the options. */
export type TrainInput = z.input<typeof TrainOptions>;
export type ScheduleOptions = TrainOptions["schedule"];
export type AveragingOptions = Exclude<TrainOptions["averaging"], "none">;

/** Fills in the values that follow from others, so that every number of a run is written down. */
export function completeTrainOptions(options: TrainOptions): TrainOptions {
  const { epochs, optimizer, schedule, averaging } = options;
  return {
    ...options,
    schedule:
      schedule.kind === "warm-restarts" ? { ...schedule, first: schedule.first ?? defaultFirst(epochs) } : schedule,
    averaging:
      averaging === "none"
        ? averaging
        : { ...averaging, learningRate: averaging.learningRate ?? defaultAveragingRate(optimizer.learningRate) },
  };
}

/** T_0: epochs / 15, so that four cycles of 1, 2, 4, 8 fill the epochs (method.md 2). */
export function defaultFirst(epochs: number): number {
  return Math.max(1, Math.round(epochs / 15));
}

/** The rate held while averaging: 0.02 beside the paper's 0.1 (method.md 2). */
export function defaultAveragingRate(learningRate: number): number {
  return learningRate / 5;
}
