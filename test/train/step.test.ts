/** One training step after another against the formulas of method.md 2, worked out here in plain numbers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { flatten } from "../../src/engine/ops/shape.ts";
import type { Tensor } from "../../src/engine/tensor.ts";
import { ImageMaker } from "../../src/evaluate/images.ts";
import { Linear } from "../../src/nn/linear.ts";
import { Module } from "../../src/nn/module.ts";
import { Sgd } from "../../src/nn/sgd.ts";
import { stream } from "../../src/random/stream.ts";
import { type Trainee, trainStep } from "../../src/train/step.ts";
import { assertClose } from "../numbers.ts";

const CLASSES = 3;
const PIXELS = 4;
const settings = { learningRate: 0.1, momentum: 0.9, weightDecay: 0.05, smoothing: 0.1, mean: 0.5, deviation: 0.25 };
const bytes = Uint8Array.of(255, 0, 128, 30, 64, 200, 10, 90); // two pictures of 2x2
const labels = [2, 0];

/** Scores are products of the pixels. */
class Net extends Module {
  readonly linear = new Linear(stream(0, "weights"), PIXELS, CLASSES);
  forward(images: Tensor): Tensor {
    return this.linear.forward(flatten(images, 1));
  }
}

/** The weights, row by row, and the biases, after so many steps; and the loss before the last of them. */
function byHand(start: readonly number[], steps: number, clipNorm: number | undefined) {
  const { learningRate, momentum, weightDecay, smoothing, mean, deviation } = settings;
  const weights = [...start];
  const velocities = weights.map(() => 0);
  const inputs = labels.map((_, picture) =>
    Array.from({ length: PIXELS }, (_, pixel) => (bytes[picture * PIXELS + pixel]! / 255 - mean) / deviation),
  );
  let loss = 0;
  for (let step = 0; step < steps; step++) {
    const gradients = weights.map(() => 0);
    loss = 0;
    for (const [picture, input] of inputs.entries()) {
      const scores = Array.from(
        { length: CLASSES },
        (_, row) =>
          weights[CLASSES * PIXELS + row]! +
          input.reduce((sum, value, pixel) => sum + value * weights[row * PIXELS + pixel]!, 0),
      );
      const logSum = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
      for (const [row, score] of scores.entries()) {
        const target = (row === labels[picture] ? 1 - smoothing : 0) + smoothing / CLASSES;
        loss -= (target * (score - logSum)) / labels.length;
        const error = (Math.exp(score - logSum) - target) / labels.length;
        for (const [pixel, value] of input.entries()) gradients[row * PIXELS + pixel]! += error * value;
        gradients[CLASSES * PIXELS + row]! += error;
      }
    }
    const factor = clipNorm === undefined ? 1 : Math.min(1, clipNorm / (Math.hypot(...gradients) + 1e-6));
    for (const [index, gradient] of gradients.entries()) {
      const decayed = factor * gradient + weightDecay * weights[index]!; // decay is not clipped, and biases decay too
      velocities[index] = momentum * velocities[index]! + decayed;
      weights[index]! -= learningRate * (decayed + momentum * velocities[index]!);
    }
  }
  return { weights, loss };
}

function makeTrainee(clipNorm: number | undefined): Trainee {
  const network = new Net();
  const parameters = network.namedParameters();
  const { momentum, weightDecay, smoothing: labelSmoothing, mean, deviation } = settings;
  const optimizer = new Sgd(parameters, { momentum, nesterov: true, weightDecay });
  const maker = new ImageMaker({ height: 2, width: 2, channels: 1 }, { mean: [mean], deviation: [deviation] }, "cpu");
  return { network, parameters, optimizer, maker, device: "cpu", precision: "float32", labelSmoothing, clipNorm };
}

for (const clipNorm of [undefined, 0.05, 1000])
  test(`smoothed loss, gradients clipped to ${clipNorm}, then decay, then Nesterov's momentum`, () => {
    const trainee = makeTrainee(clipNorm);
    const numbers = () => [...trainee.parameters.values()].flatMap((tensor) => [...tensor.toFloat32Array()]);
    const start = numbers();
    for (let step = 1; step <= 3; step++) {
      const batch = { bytes, labels: BigInt64Array.from(labels, BigInt), count: 2, release: () => {} };
      const loss = trainStep(trainee, batch, settings.learningRate, stream(0, "step", step));
      const expected = byHand(start, step, clipNorm);
      assert.ok(Math.abs(loss - expected.loss) < 1e-5, `loss ${loss}, by hand ${expected.loss}`);
      assertClose(numbers(), expected.weights, 2e-6, `weights after step ${step}`);
    }
  });
