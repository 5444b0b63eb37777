import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { PictureSet } from "../../src/data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../../src/data/picture-store.ts";
import { globalAveragePool } from "../../src/engine/ops/pool.ts";
import { flatten } from "../../src/engine/ops/shape.ts";
import { handleCounts } from "../../src/engine/scope.ts";
import type { Tensor } from "../../src/engine/tensor.ts";
import { type MeasureOptions, measureAccuracy } from "../../src/evaluate/accuracy.ts";
import { ImageMaker } from "../../src/evaluate/images.ts";
import { Module } from "../../src/nn/module.ts";

/** Scores are the means of the three channels: the class is the brightest colour. Notes what it is asked. */
class BrightestColour extends Module {
  readonly seen: { training: boolean; count: number }[] = [];

  forward(images: Tensor): Tensor {
    this.seen.push({ training: this.training, count: images.shape[0]! });
    return flatten(globalAveragePool(images), 1);
  }
}

const shape = { height: 1, width: 2, channels: 3 } as const;
/** Two equal pixels each, and the class; the third and the fifth are wrong. */
const colours: [colour: [number, number, number], label: number][] = [
  [[255, 0, 0], 0],
  [[0, 255, 0], 1],
  [[0, 0, 255], 0],
  [[51, 102, 204], 2],
  [[255, 0, 0], 1],
];
const bytes = allocatePictures(colours.length, 6);
bytes.set(colours.flatMap(([colour]) => [...colour, ...colour]));
const pictures: PictureSet = {
  ...shape,
  count: colours.length,
  labels: Uint16Array.from(colours, ([, label]) => label),
  store: new MemoryStore(bytes, 6),
  digest: "",
};
/** Cross-entropies: log Σ exp(score) - score of the class. */
const right = Math.log(Math.E + 2) - 1;
const wrong = Math.log(Math.E + 2);
const mixed = Math.log(Math.exp(0.2) + Math.exp(0.4) + Math.exp(0.8)) - 0.8;

const maker = new ImageMaker(shape, { mean: [0, 0, 0], deviation: [1, 1, 1] }, "cpu");
after(() => maker.dispose());

const measure = (network: Module, options: Partial<MeasureOptions> = {}) =>
  measureAccuracy(network, pictures, maker, { device: "cpu", batch: 500, ...options });

function assertNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} instead of ${expected}`);
}

test("three of five pictures right is an accuracy of 0.6", async () => {
  assert.equal((await measure(new BrightestColour())).accuracy, 0.6);
});

test("the loss is the mean cross-entropy without label smoothing (method.md 11, B22)", async () => {
  const { loss } = await measure(new BrightestColour());
  assertNear(loss, (2 * right + 2 * wrong + mixed) / 5);
});

for (const batch of [1, 2, 3, 5])
  test(`batches of ${batch} give the same accuracy, and the same loss but for rounding`, async () => {
    const whole = await measure(new BrightestColour());
    const { accuracy, loss } = await measure(new BrightestColour(), { batch });
    assert.equal(accuracy, whole.accuracy);
    assertNear(loss, whole.loss);
  });

test("batches are full but for the last", async () => {
  const network = new BrightestColour();
  await measure(network, { batch: 2 });
  assert.deepEqual(
    network.seen.map(({ count }) => count),
    [2, 2, 1],
  );
});

test("only the pictures of the indices count, each as often as it is named", async () => {
  const { accuracy, loss } = await measure(new BrightestColour(), { indices: Uint32Array.of(3, 2, 3, 4), batch: 3 });
  assert.equal(accuracy, 0.5);
  assertNear(loss, (2 * mixed + 2 * wrong) / 4);
});

for (const training of [true, false])
  test(`a network in ${training ? "training" : "evaluation"} is measured in evaluation, and left as it was`, async () => {
    const network = new BrightestColour();
    network.setTraining(training);
    await measure(network, { batch: 3 });
    assert.deepEqual(
      network.seen.map((call) => call.training),
      [false, false],
    );
    assert.equal(network.training, training);
  });

test("the pause after a batch may end it early; the network is left as it was, nothing stays in memory", async () => {
  const network = new BrightestColour();
  const { live } = handleCounts();
  const pause = () => Promise.reject(new Error("stopped"));
  await assert.rejects(measure(network, { batch: 2, pause }), /stopped/);
  assert.equal(network.seen.length, 1);
  assert.equal(network.training, true);
  assert.equal(handleCounts().live, live);
});
