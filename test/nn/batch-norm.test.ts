import assert from "node:assert/strict";
import { test } from "node:test";
import { setThreadCount } from "../../src/engine/device.ts";
import { dropoutMask } from "../../src/engine/ops/fused.ts";
import { scope } from "../../src/engine/scope.ts";
import { tensorOf } from "../../src/engine/tensor.ts";
import type { PlainArray } from "../../src/formats/array.ts";
import { BatchNorm2d } from "../../src/nn/batch-norm.ts";
import { Sequential } from "../../src/nn/sequential.ts";
import { stream } from "../../src/random/stream.ts";
import { assertClose, normalTensor } from "../numbers.ts";

setThreadCount(1);

const forward = (norm: BatchNorm2d, numbers: readonly number[], shape: readonly number[]) =>
  scope(() => norm.forward(tensorOf(numbers, shape)).toFloat32Array());

test("in training the batch's own mean and variance are taken, channel by channel", () => {
  const norm = new BatchNorm2d(2, { epsilon: 0 });
  // Two pictures of one pixel; channels 1, 3 and 10, 14.
  assertClose(forward(norm, [1, 10, 3, 14], [2, 2, 1, 1]), [-1, -1, 1, 1], 1e-6);
});

test("running statistics start at 0 and 1, and move by a tenth to the mean and the unbiased variance", () => {
  const norm = new BatchNorm2d(1);
  forward(norm, [1, 3], [2, 1, 1, 1]);
  assertClose(norm.runningMean, [0.2], 1e-6);
  assertClose(norm.runningVar, [0.9 + 0.1 * 2], 1e-6);
  forward(norm, [1, 3], [2, 1, 1, 1]);
  assertClose(norm.runningMean, [0.38], 1e-6);
  assert.equal(norm.numBatchesTracked.item(), 2);
});

test("in evaluation the running statistics are taken, and stay", () => {
  const norm = new BatchNorm2d(1, { momentum: 1, epsilon: 0 });
  forward(norm, [1, 3], [2, 1, 1, 1]); // mean 2, variance 2
  norm.setTraining(false);
  assertClose(forward(norm, [2, 4], [1, 1, 1, 2]), [0, Math.SQRT2], 1e-6);
  assert.deepEqual([norm.runningMean.item(), norm.numBatchesTracked.item()], [2, 1]);
});

test("scale, shift, epsilon and the activation follow", () => {
  const norm = new BatchNorm2d(1, { epsilon: 3, activation: "relu" }); // deviation sqrt(1 + 3)
  const state = norm.stateDict();
  const plain = (value: number): PlainArray => ({
    dtype: "float32",
    shape: [1],
    bytes: new Uint8Array(Float32Array.of(value).buffer),
  });
  norm.loadStateDict(new Map(state).set("weight", plain(4)).set("bias", plain(1)));
  assertClose(forward(norm, [1, 3], [2, 1, 1, 1]), [0, 3], 1e-6); // 1 - 2 and 1 + 2
});

test("its state has PyTorch's names, in PyTorch's order", () => {
  const norm = new BatchNorm2d(2);
  assert.deepEqual([...norm.namedParameters().keys()], ["weight", "bias"]);
  assert.deepEqual([...norm.namedBuffers().keys()], ["running_mean", "running_var", "num_batches_tracked"]);
  assert.equal(norm.numBatchesTracked.dtype, "int64");
});

test("after a reset the statistics are plain means over the batches; at its end they move by momentum again", () => {
  const norm = new BatchNorm2d(1);
  forward(norm, [100, 300], [2, 1, 1, 1]);
  norm.resetStatistics();
  assert.deepEqual([norm.runningMean.item(), norm.runningVar.item(), norm.numBatchesTracked.item()], [0, 1, 0]);
  for (const batch of [
    [1, 3],
    [2, 8],
    [12, 16],
  ])
    forward(norm, batch, [2, 1, 1, 1]); // means 2, 5, 14; variances 2, 18, 8
  assertClose(norm.runningMean, [7], 2e-7);
  assertClose(norm.runningVar, [28 / 3], 2e-7);
  norm.endCumulative();
  forward(norm, [16, 18], [2, 1, 1, 1]);
  assertClose(norm.runningMean, [8], 2e-7);
});

test("what dropout drops is decided by the stream and the path; in evaluation nothing is", () => {
  const first = new BatchNorm2d(8, { dropout: 0.5 });
  const network = new Sequential(first, new BatchNorm2d(8, { dropout: 0.5 }));
  const images = normalTensor("images", [4, 8, 3, 3], 1, 5);
  const outputs = (step: number) => {
    network.setStream(stream(0, "step", step));
    return [...network.children()].map(([, norm]) => scope(() => norm.forward(images).toFloat32Array()));
  };
  const [own, other] = outputs(1);
  assert.deepEqual(outputs(1)[0], own);
  assert.notDeepEqual(other, own);
  assert.notDeepEqual(outputs(2)[0], own);
  // Dropped elements lie below all kept ones, as the inputs are far above 0.
  const kept = scope(() => dropoutMask([4, 8, 3, 3], 0.5, stream(0, "step", 1).fork("0").key[0]).toArray());
  assert.deepEqual(
    Array.from(own!, (value) => Number(value > 0)),
    Array.from(kept, Number),
  );
  network.setTraining(false);
  assert.deepEqual(outputs(1)[0], outputs(2)[0]);
});

test("dropout without a stream is refused in training, with what to call", () => {
  const norm = new BatchNorm2d(1, { dropout: 0.5 });
  assert.throws(() => forward(norm, [1, 3], [2, 1, 1, 1]), { code: "argument", message: /needs a stream.*setStream/ });
  norm.setTraining(false);
  forward(norm, [1, 3], [2, 1, 1, 1]);
});
