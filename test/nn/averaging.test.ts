import assert from "node:assert/strict";
import { test } from "node:test";
import { noGrad } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { copy_ } from "../../src/engine/ops/arithmetic.ts";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorOf } from "../../src/engine/tensor.ts";
import { AveragedWeights, estimateBatchNorm } from "../../src/nn/averaging.ts";
import { BatchNorm2d } from "../../src/nn/batch-norm.ts";
import { parameter } from "../../src/nn/module.ts";
import { Sequential } from "../../src/nn/sequential.ts";
import { assertClose, normalTensor } from "../numbers.ts";

setThreadCount(1);

const numbers = (tensor: Tensor) => [...tensor.toFloat32Array()];
const weightsOf = (values: readonly number[]) => new Map([["w", parameter(tensorOf(values))]]);
const set = (weights: Map<string, Tensor>, values: readonly number[]) =>
  noGrad(() => scope(() => copy_(weights.get("w")!, tensorOf(values))));

test("the mean of the weights at each update is put into the network", () => {
  const weights = weightsOf([1, 10]);
  const averaged = new AveragedWeights(weights);
  averaged.update();
  set(weights, [2, 20]);
  averaged.update();
  set(weights, [6, 0]);
  averaged.update();
  set(weights, [100, 100]); // not taken
  assert.equal(averaged.count, 3);
  averaged.apply();
  assertClose(weights.get("w")!, [3, 10], 2e-7);
});

test("the mean of many is the plain mean", () => {
  const weights = weightsOf([0, 0, 0]);
  const averaged = new AveragedWeights(weights);
  const total = [0, 0, 0];
  for (let update = 0; update < 60; update++) {
    const values = scope(() => numbers(normalTensor(`weights ${update}`, [3], 1, 5)));
    set(weights, values);
    averaged.update();
    for (const [index, value] of values.entries()) total[index]! += value / 60;
  }
  averaged.apply();
  assertClose(weights.get("w")!, total, 1e-6); // 60 roundings of 6e-8, each shrunk by what follows
});

test("before the first update there is nothing to put into the network", () => {
  assert.throws(() => new AveragedWeights(weightsOf([1])).apply(), {
    code: "argument",
    message: /nothing was averaged/,
  });
});

test("averaging goes on from its stored state to the same bytes", () => {
  const weights = weightsOf([1, 10]);
  const whole = new AveragedWeights(weights);
  whole.update();
  set(weights, [2, 7]);
  whole.update();
  const resumed = new AveragedWeights(weights);
  resumed.loadStateDict(structuredClone(whole.stateDict()), whole.count);
  set(weights, [0.3, 0.7]);
  for (const averaged of [whole, resumed]) averaged.update();
  assert.deepEqual(resumed.stateDict(), whole.stateDict());
  assert.equal(resumed.count, 3);
});

test("a state before the first update is empty, and the next update copies", () => {
  const weights = weightsOf([4]);
  const averaged = new AveragedWeights(weights);
  assert.equal(averaged.stateDict().size, 0);
  averaged.update();
  averaged.loadStateDict(new Map(), 0);
  set(weights, [8]);
  averaged.update();
  averaged.apply();
  assert.deepEqual(numbers(weights.get("w")!), [8]);
});

test("a state that lacks a parameter, or has another shape, is refused by name, and nothing is changed", () => {
  const averaged = new AveragedWeights(weightsOf([1, 2]));
  averaged.update();
  const before = averaged.stateDict();
  const other = new Map([["w", { dtype: "float32", shape: [1], bytes: new Uint8Array(4) } as const]]);
  for (const state of [new Map(), other])
    assert.throws(() => averaged.loadStateDict(state, 2), { code: "weights", message: /lack w \[2\]/ });
  assert.deepEqual(averaged.stateDict(), before);
  assert.equal(averaged.count, 1);
});

test("all that averaging holds is freed with it, also after two loads", () => {
  const weights = weightsOf([1]);
  const live = handleCounts().live;
  const averaged = new AveragedWeights(weights);
  averaged.update();
  const state = averaged.stateDict();
  for (let load = 0; load < 2; load++) averaged.loadStateDict(state, 1);
  averaged.dispose();
  assert.equal(handleCounts().live, live);
});

test("estimated statistics are the means over all batches of their means and unbiased variances", async () => {
  const norm = new BatchNorm2d(1);
  const network = new Sequential(new Sequential(norm));
  scope(() => network.forward(tensorOf([50, 70], [2, 1]))); // what was before is forgotten
  network.setTraining(false);
  const batches = [
    [1, 3], // mean 2, variance 2
    [0, 6, 6], // 4, 12
    [10, 14], // 12, 8
  ];
  await estimateBatchNorm(network, async () => {
    assert.equal(norm.training, true);
    for (const batch of batches) {
      await Promise.resolve();
      scope(() => noGrad(() => network.forward(tensorOf(batch, [batch.length, 1]))));
    }
  });
  assertClose(norm.runningMean, [6], 2e-7, "mean");
  assertClose(norm.runningVar, [22 / 3], 2e-7, "variance");
  assert.equal(norm.numBatchesTracked.item(), 3);
});

test("after an estimate, and after one that failed, statistics move by momentum again", async () => {
  for (const fails of [false, true]) {
    const norm = new BatchNorm2d(1);
    const estimate = estimateBatchNorm(norm, async () => {
      if (fails) throw new Error("no batch");
    });
    await (fails ? assert.rejects(estimate, /no batch/) : estimate);
    for (let step = 0; step < 2; step++) scope(() => norm.forward(tensorOf([9, 11], [2, 1])));
    assertClose(norm.runningMean, [0.1 * 10 + 0.9 * 0.1 * 10], 1e-6);
  }
});
