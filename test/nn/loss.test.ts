import assert from "node:assert/strict";
import { test } from "node:test";
import { setThreadCount } from "../../src/engine/device.ts";
import { to } from "../../src/engine/ops/shape.ts";
import { scope } from "../../src/engine/scope.ts";
import { tensorFrom, tensorOf } from "../../src/engine/tensor.ts";
import { classificationLoss } from "../../src/nn/loss.ts";
import { assertClose } from "../numbers.ts";

setThreadCount(1);

// Scores of two classes whose probabilities are 1/4 and 3/4.
const scores = () => tensorOf([0, Math.log(3), 0, Math.log(3)], [2, 2]);
const classes = () => tensorFrom(BigInt64Array.of(1n, 0n), [2]);
const [rare, common] = [Math.log(4), Math.log(4 / 3)];

test("the loss is the mean over the batch of minus the logarithm of the class's probability", () => {
  scope(() => {
    const loss = classificationLoss(scores(), classes());
    assert.deepEqual(loss.shape, []);
    assertClose(loss, [(common + rare) / 2], 1e-6);
  });
});

test("smoothing by s gives each of K classes s/K of every target; without it there is none", () => {
  scope(() => {
    // Class 1: 0.95 and 0.05. Class 0: the other way round.
    const expected = (0.95 * common + 0.05 * rare + 0.95 * rare + 0.05 * common) / 2;
    assertClose(classificationLoss(scores(), classes(), 0.1), [expected], 1e-6);
    assertClose(classificationLoss(scores(), classes(), 0), [(common + rare) / 2], 1e-6);
    const one = tensorFrom(BigInt64Array.of(1n, 1n), [2]);
    assertClose(classificationLoss(scores(), one, 0.4), [0.8 * common + 0.2 * rare], 1e-6);
  });
});

test("targets may be probabilities, and are smoothed too", () => {
  scope(() => {
    const targets = tensorOf([0.3, 0.7, 1, 0], [2, 2]);
    assertClose(classificationLoss(scores(), targets), [(1.3 * rare + 0.7 * common) / 2], 1e-6);
    // 0.9·(0.3, 0.7) + 0.05, and 0.9·(1, 0) + 0.05
    assertClose(classificationLoss(scores(), targets, 0.1), [(1.27 * rare + 0.73 * common) / 2], 1e-6);
  });
});

test("scores of 16 bits are turned into float32 first", () => {
  scope(() => {
    const loss = classificationLoss(to(tensorOf([0, 0], [1, 2]), "bfloat16"), tensorFrom(BigInt64Array.of(0n), [1]));
    assert.equal(loss.dtype, "float32");
    assertClose(loss, [Math.LN2], 1e-6); // bfloat16 would give 0.6914
  });
});
