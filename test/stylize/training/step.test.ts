/** The learning rate of a step, the clipping of its gradients, and what the weights of the losses do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { backward } from "../../../src/engine/autograd.ts";
import { setThreadCount } from "../../../src/engine/device.ts";
import { mul } from "../../../src/engine/ops/arithmetic.ts";
import { sum } from "../../../src/engine/ops/reduce.ts";
import { scope } from "../../../src/engine/scope.ts";
import { tensorOf } from "../../../src/engine/tensor.ts";
import { Linear } from "../../../src/nn/linear.ts";
import { Sgd } from "../../../src/nn/sgd.ts";
import { stream } from "../../../src/random/stream.ts";
import { decoderStep } from "../../../src/stylize/training/decoder-training.ts";
import { rateAt, takeStep } from "../../../src/stylize/training/step.ts";
import { filledStylizer, madeUpPictures } from "../stylizers.ts";

setThreadCount(1);
const PLAIN = { momentum: 0, nesterov: false, weightDecay: 0 } as const;

test("the rate rises over a tenth of the steps, at most 300, and falls to 0 in one cosine", () => {
  const close = (found: number, wanted: number) =>
    assert.ok(Math.abs(found - wanted) < 1e-9, `${found}, not ${wanted}`);
  close(rateAt(2, 0, 1000), 2 / 100);
  close(rateAt(2, 99, 1000), 1 + Math.cos(Math.PI * 0.099));
  close(rateAt(2, 500, 1000), 1);
  close(rateAt(2, 0, 100_000), 2 / 300);
  close(rateAt(2, 0, 1), 2);
});

test("gradients longer than 1 are made 1 long, shorter ones stay", () => {
  const moved = [100, 0.1].map((factor) => {
    const module = new Linear(stream(0), 2, 1);
    const optimizer = new Sgd(module.namedParameters(), PLAIN);
    const numbers = () => [...module.namedParameters().values()].flatMap((one) => [...one.toFloat32Array()]);
    const before = numbers();
    scope(() => {
      // Gradients 3·factor, 4·factor, and factor for the bias.
      backward(sum(mul(module.forward(tensorOf([3, 4], [1, 2])), factor)));
      takeStep(optimizer, [module], 1);
    });
    const change = Math.hypot(...numbers().map((value, at) => value - before[at]!));
    module.dispose();
    optimizer.dispose();
    return change;
  });
  assert.ok(Math.abs(moved[0]! - 1) < 1e-5, `${moved[0]}`);
  assert.ok(Math.abs(moved[1]! - 0.1 * Math.sqrt(26)) < 1e-5, `${moved[1]}`);
});

test("each loss counts with its own weight", () => {
  /** The decoder's weights after one step. */
  const after = (changes: object) => {
    const stylizer = filledStylizer();
    for (const weight of stylizer.encoder.namedParameters().values()) weight.requiresGradient = false;
    const optimizer = new Sgd(stylizer.decoder.namedParameters(), PLAIN);
    const pictures = (salt: number) => madeUpPictures(1, 3, 32, salt);
    const batch = {
      size: 32,
      content: pictures(1),
      style: pictures(2),
      rebuilt: pictures(3),
      cut: { top: 1, left: 2 },
    };
    const weights = {
      steps: 1,
      batch: 2,
      learningRate: 1,
      styleWeight: 1,
      rebuildWeight: 1,
      smoothWeight: 1,
      ...changes,
    };
    decoderStep(stylizer, optimizer, batch, weights, 0.01);
    const found = [...stylizer.decoder.namedParameters().values()].flatMap((one) => [...one.toFloat32Array()]);
    stylizer.dispose();
    optimizer.dispose();
    return found;
  };
  const all = after({});
  for (const one of ["styleWeight", "rebuildWeight", "smoothWeight"])
    assert.notDeepEqual(after({ [one]: 100 }), all, one);
  assert.deepEqual(after({}), all);
});
