/** Training steps with a scaled loss. The CPU computes them in float32, which shows what float16 does on a GPU but the rounding. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gradientOf } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { flatten } from "../../src/engine/ops/shape.ts";
import type { Tensor } from "../../src/engine/tensor.ts";
import { ImageMaker } from "../../src/evaluate/images.ts";
import { Linear } from "../../src/nn/linear.ts";
import type { LossScalerState } from "../../src/nn/loss-scaler.ts";
import { type ComputeDtype, Module } from "../../src/nn/module.ts";
import { Sgd } from "../../src/nn/sgd.ts";
import { stream } from "../../src/random/stream.ts";
import { readCheckpoint } from "../../src/run/checkpoint.ts";
import { createRun } from "../../src/run/run.ts";
import { restore, saveCheckpoint, startPosition } from "../../src/train/state.ts";
import { lossScalerOf, type Trainee, trainStep } from "../../src/train/step.ts";
import type { Training } from "../../src/train/training.ts";
import { assertClose } from "../numbers.ts";

setThreadCount(1);

const folder = mkdtempSync(join(tmpdir(), "patina-scaling-"));
after(() => rmSync(folder, { recursive: true }));

class Net extends Module {
  readonly linear = new Linear(stream(0, "weights"), 4, 3);
  forward(images: Tensor): Tensor {
    return this.linear.forward(flatten(images, 1));
  }
}

function makeTrainee(precision: ComputeDtype, clipNorm: number | undefined, scaling?: LossScalerState): Trainee {
  const network = new Net();
  const parameters = network.namedParameters();
  const optimizer = new Sgd(parameters, { momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
  const maker = new ImageMaker({ height: 2, width: 2, channels: 1 }, { mean: [0.5], deviation: [0.01] }, "cpu");
  const trainee = { network, parameters, optimizer, maker, device: "cpu", precision, labelSmoothing: 0.1, clipNorm };
  if (scaling !== undefined) lossScalerOf(trainee)!.loadState(scaling);
  return trainee;
}

/** One step on two pictures, which the number of the step decides. Returns the loss. */
function step(trainee: Trainee, number: number): number {
  const draws = stream(0, "pictures", number);
  const bytes = Uint8Array.from({ length: 8 }, () => draws.integer(0, 255));
  const labels = BigInt64Array.of(0n, BigInt(number % 3));
  return trainStep(trainee, { bytes, labels, count: 2, release: () => {} }, 0.1, stream(0, "step", number));
}

const stateOf = ({ network, optimizer }: Trainee) => [network.stateDict(), optimizer.stateDict()];

for (const clipNorm of [0.5, undefined])
  test(`with finite gradients, losses and weights are those of the plain loss, bit for bit, clipped to ${clipNorm}`, () => {
    const [plain, scaled] = [makeTrainee("float32", clipNorm), makeTrainee("float16", clipNorm)];
    // Powers of two: no digit changes on the way there and back.
    for (let number = 0; number < 5; number++) assert.equal(step(scaled, number), step(plain, number));
    assert.deepEqual(stateOf(scaled), stateOf(plain));
    assert.deepEqual(scaled.lossScaler?.toState(), { scale: 65536, goodSteps: 5 });
    assert.equal(plain.lossScaler, undefined);
  });

test("a step whose gradients overflow changes nothing but the scale, and its loss is told all the same", () => {
  for (const clipNorm of [1, undefined]) {
    const trainee = makeTrainee("float16", clipNorm, { scale: 2 ** 127, goodSteps: 7 });
    const before = stateOf(trainee);
    const loss = step(trainee, 0);
    assert.ok(loss > 0 && loss < 100, `loss ${loss}`);
    assert.deepEqual(stateOf(trainee), before);
    assert.deepEqual(trainee.lossScaler?.toState(), { scale: 2 ** 126, goodSteps: 0 });
    for (const tensor of trainee.parameters.values()) assert.equal(gradientOf(tensor), null);
  }
});

test("after overflows the scale has fallen to where steps are taken again, as if the skipped ones had not been", () => {
  const trainee = makeTrainee("float16", 1, { scale: 2 ** 127, goodSteps: 0 });
  let steps = 0;
  for (; trainee.lossScaler!.toState().goodSteps === 0 && steps < 20; steps++) step(trainee, 0);
  assert.ok(steps >= 2 && steps < 20, `${steps} steps`);
  const plain = makeTrainee("float32", 1);
  step(plain, 0);
  // So close to the end of float32's range, the factor that undoes the scale has lost some digits.
  for (const [path, weight] of plain.parameters) assertClose(trainee.parameters.get(path)!, weight, 1e-5, path);
});

/** Of a training, what a checkpoint needs. */
function makeTraining(name: string, trainee: Trainee): Training {
  const run = createRun(folder, name, {}, {});
  return { run, trainee, averaged: undefined, position: { ...startPosition(), epoch: 1 } } as unknown as Training;
}

test("a checkpoint holds the scale, and training goes on from it to the same bytes", () => {
  const whole = makeTrainee("float16", 1, { scale: 2 ** 20, goodSteps: 1998 });
  step(whole, 0);
  const training = makeTraining("scaled", whole);
  saveCheckpoint(training);
  const resumed = makeTrainee("float16", 1);
  restore({ ...training, trainee: resumed }, readCheckpoint(training.run.checkpoints, "000001"));
  assert.deepEqual(resumed.lossScaler?.toState(), { scale: 2 ** 20, goodSteps: 1999 });
  for (const trainee of [whole, resumed]) for (let number = 1; number < 4; number++) step(trainee, number);
  assert.deepEqual(resumed.lossScaler?.toState(), { scale: 2 ** 21, goodSteps: 2 });
  assert.deepEqual(stateOf(resumed), stateOf(whole));
  training.run.close();
});

test("a checkpoint of another precision says nothing of a scale", () => {
  const training = makeTraining("plain", makeTrainee("float32", 1));
  saveCheckpoint(training);
  const { state } = readCheckpoint(training.run.checkpoints, "000001");
  assert.equal(Object.hasOwn(state as object, "lossScaler"), false);
  training.run.close();
});
