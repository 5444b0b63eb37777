/* biome-ignore-all format: the table of values reads better in rows */
/** The learning rate against the values that method.md 2 states as checked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TrainOptions } from "../../src/train/options.ts";
import { firstAveraged, learningRate, restarts, scheduleWarning } from "../../src/train/schedule.ts";

const options = (given: object) => TrainOptions.parse(given);
const check = (given: object, values: Record<number, number>, digits: number) => {
  for (const [epoch, value] of Object.entries(values))
    assert.equal(learningRate(options(given), Number(epoch)).toFixed(digits), value.toFixed(digits), `epoch ${epoch}`);
};

test("300 epochs: restarts at 0, 20, 60, 140; averaging from 270 lifts the rate to 0.02", () => {
  assert.deepEqual(restarts(options({ epochs: 300 })), [0, 20, 60, 140]);
  assert.equal(firstAveraged(options({ epochs: 300 })), 270);
  check(
    { epochs: 300 },
    {
      0: 0.1, 10: 0.05, 19: 0.00061558, 20: 0.1, 59: 0.00015413, 100: 0.05, 139: 0.00003855, 140: 0.1, 220: 0.05,
      269: 0.00897993, 270: 0.00842652, 271: 0.01074122, 272: 0.01305591, 273: 0.01537061, 274: 0.0176853,
      275: 0.02, 280: 0.02, 299: 0.02,
    },
    8,
  );
});

test("600 epochs: restarts at 0, 40, 120, 280; 60 snapshots", () => {
  assert.deepEqual(restarts(options({ epochs: 600 })), [0, 40, 120, 280]);
  assert.equal(600 - firstAveraged(options({ epochs: 600 }))!, 60);
  check({ epochs: 600 }, { 539: 0.00870123, 540: 0.00842652, 541: 0.01074122, 545: 0.02, 599: 0.02 }, 8);
});

test("the ViT's 20 epochs: one cosine, averaging from epoch 14 to 2e-5", () => {
  const vit = {
    epochs: 20,
    optimizer: { kind: "adamw" },
    schedule: { kind: "warm-restarts", first: 20 },
    averaging: { from: 0.7, learningRate: 2e-5 },
  };
  assert.equal(firstAveraged(options(vit)), 14);
  check(vit, { 0: 1e-4, 10: 5e-5, 14: 2.061e-5, 19: 2e-5 }, 8);
});

test("the plain cosine falls step by step from the first rate towards 0", () => {
  const plain = options({ epochs: 10, schedule: { kind: "cosine" }, averaging: "none" });
  assert.equal(learningRate(plain, 0, 0), 0.1);
  assert.equal(learningRate(plain, 5, 0).toFixed(12), "0.050000000000");
  assert.ok(learningRate(plain, 9, 0.99) < 1e-5);
  assert.ok(learningRate(plain, 4, 0.5) < learningRate(plain, 4, 0.25));
});

test("without averaging the restarts go on to the end", () => {
  check({ epochs: 300, averaging: "none" }, { 270: 0.00842652, 299: 0.00000964 }, 8);
});

test("a schedule that ends high is warned of, one that ends low or is averaged is not", () => {
  const plain = { averaging: "none" as const };
  for (const epochs of [15, 30, 300]) assert.equal(scheduleWarning(options({ epochs, ...plain })), undefined);
  for (const epochs of [4, 10, 20, 50]) assert.match(scheduleWarning(options({ epochs, ...plain }))!, /multiple of 15/);
  for (const epochs of [30, 100, 300]) assert.equal(scheduleWarning(options({ epochs })), undefined);
  for (const epochs of [4, 20]) assert.match(scheduleWarning(options({ epochs }))!, /multiple of 15/);
  assert.equal(scheduleWarning(options({ epochs: 4, schedule: { kind: "cosine" }, ...plain })), undefined);
});
