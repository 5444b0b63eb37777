/** The options of training: the paper's defaults, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { completeTrainOptions, type TrainInput, TrainOptions } from "../../src/train/options.ts";

const paper = {
  epochs: 300,
  batch: 256,
  optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 },
  schedule: { kind: "warm-restarts", first: 20, factor: 2 },
  averaging: { from: 0.9, learningRate: 0.02, anneal: 5 },
  labelSmoothing: 0.1,
  clipNorm: 1,
};
const complete = (input: TrainInput) => completeTrainOptions(TrainOptions.parse(input));
const isRefused = (input: object) => !TrainOptions.safeParse(input).success;

test("without a word said, every value is the paper's (method.md 2, table 8)", () => {
  const { epochs, batch, optimizer, schedule, averaging, labelSmoothing, clipNorm } = complete({});
  assert.deepEqual({ epochs, batch, optimizer, schedule, averaging, labelSmoothing, clipNorm }, paper);
});

test("adamw's defaults are those of the paper's vision transformer (method.md 6.4)", () => {
  assert.deepEqual(complete({ optimizer: { kind: "adamw" } }).optimizer, {
    kind: "adamw",
    learningRate: 1e-4,
    betas: [0.9, 0.999],
    epsilon: 1e-8,
    weightDecay: 0.05,
  });
});

test("the first cycle is a fifteenth of the epochs, rounded, at least one", () => {
  const firstOf = (epochs: number) => {
    const { schedule } = complete({ epochs });
    return schedule.kind === "warm-restarts" && schedule.first;
  };
  assert.deepEqual([600, 300, 37, 38, 5].map(firstOf), [40, 20, 2, 3, 1]);
});

test("the rate of averaging is a fifth of the optimizer's", () => {
  const { averaging } = complete({ optimizer: { kind: "sgd", learningRate: 0.5 } });
  assert.equal(averaging !== "none" && averaging.learningRate, 0.1);
});

test("what was given is kept when the rest is filled in, and filling in twice changes nothing", () => {
  const given = complete({
    epochs: 30,
    schedule: { kind: "warm-restarts", first: 7 },
    averaging: { learningRate: 0.3 },
  });
  assert.deepEqual(given.schedule, { kind: "warm-restarts", first: 7, factor: 2 });
  assert.deepEqual(given.averaging, { from: 0.9, learningRate: 0.3, anneal: 5 });
  assert.deepEqual(completeTrainOptions(TrainOptions.parse(given)), given);
});

test("values out of their range are refused", () => {
  const wrong = [
    { epochs: 0 },
    { epochs: 1.5 },
    { batch: 0 },
    { seed: -1 },
    { seed: 2 ** 53 },
    { labelSmoothing: 1 },
    { labelSmoothing: -0.1 },
    { clipNorm: 0 },
    { clipNorm: "off" },
    { hold: 1 },
    { optimizer: { kind: "sgd", learningRate: 0 } },
    { optimizer: { kind: "sgd", momentum: 1 } },
    { optimizer: { kind: "adamw", betas: [0.9, 1] } },
    { averaging: { from: 1 } },
    { schedule: { kind: "warm-restarts", first: 0 } },
    { precision: "float64" },
    { workers: 0 },
  ];
  assert.deepEqual(
    wrong.filter((input) => !isRefused(input)),
    [],
  );
});

test("keys of one kind do not pass in another", () => {
  assert.ok(isRefused({ optimizer: { kind: "adamw", momentum: 0.9 } }));
  assert.ok(isRefused({ schedule: { kind: "cosine", factor: 2 } }));
});

test("an option that is not known is refused, not overlooked", () => {
  assert.ok(isRefused({ epoch: 300 }));
});

test("every option says what it is", () => {
  const silent = Object.entries(TrainOptions.shape).filter(([, field]) => !field.description);
  assert.deepEqual(
    silent.map(([key]) => key),
    [],
  );
});
