import assert from "node:assert/strict";
import { test } from "node:test";
import { backward, gradientOf } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { ones } from "../../src/engine/ops/create.ts";
import { dropoutMask } from "../../src/engine/ops/fused.ts";
import { sum } from "../../src/engine/ops/reduce.ts";
import { to } from "../../src/engine/ops/shape.ts";
import { scope } from "../../src/engine/scope.ts";
import { tensorOf } from "../../src/engine/tensor.ts";
import { Dropout } from "../../src/nn/dropout.ts";
import { Sequential } from "../../src/nn/sequential.ts";
import { stream } from "../../src/random/stream.ts";

setThreadCount(1);

const step = (number: number) => stream(0, "step", number);

test("what is left is divided by the share that is left, in the gradient too; the stream and the path say what is left", () => {
  const network = new Sequential(new Dropout(0.75));
  network.setStream(step(1));
  for (const shape of [[500], [5, 4, 5, 5]])
    scope(() => {
      const input = ones(shape);
      input.requiresGradient = true;
      const output = network.forward(input);
      backward(sum(output));
      const kept = dropoutMask(shape, 0.75, step(1).fork("0").key[0]).toArray();
      const expected = Float32Array.from(Array.from(kept, Number), (bit) => 4 * bit);
      assert.deepEqual(output.toFloat32Array(), expected);
      assert.deepEqual(gradientOf(input)!.toFloat32Array(), expected);
    });
});

test("the same step drops the same elements, another step others", () => {
  const dropout = new Dropout(0.5);
  const outputs = [1, 1, 2].map((number) => {
    dropout.setStream(step(number));
    return scope(() => dropout.forward(ones([100])).toFloat32Array());
  });
  assert.deepEqual(outputs[1], outputs[0]);
  assert.notDeepEqual(outputs[2], outputs[0]);
});

test("a dropped element is 0, whatever it was", () => {
  const dropout = new Dropout(0.5);
  dropout.setStream(step(1));
  scope(() => {
    const output = dropout.forward(tensorOf(new Array(64).fill(Number.POSITIVE_INFINITY))).toFloat32Array();
    assert.deepEqual(new Set(output), new Set([0, Number.POSITIVE_INFINITY]));
  });
});

test("bfloat16 stays bfloat16", () => {
  const dropout = new Dropout(0.5);
  dropout.setStream(step(1));
  scope(() => assert.equal(dropout.forward(to(ones([4]), "bfloat16")).dtype, "bfloat16"));
});

test("in evaluation, and with probability 0, the input comes back untouched, and no stream is needed", () => {
  const [evaluated, none] = [new Dropout(0.5), new Dropout(0)];
  evaluated.setTraining(false);
  scope(() => {
    const input = tensorOf([1, 2]);
    assert.equal(evaluated.forward(input), input);
    assert.equal(none.forward(input), input);
  });
});

test("without a stream it is refused in training, with what to call", () => {
  scope(() => {
    const refusal = { code: "argument", message: /^Dropout: dropout needs a stream\. Call setStream/ };
    assert.throws(() => new Dropout(0.5).forward(tensorOf([1])), refusal);
  });
});
