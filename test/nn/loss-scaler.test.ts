import assert from "node:assert/strict";
import { test } from "node:test";
import { scope } from "../../src/engine/scope.ts";
import { tensorOf } from "../../src/engine/tensor.ts";
import { LossScaler, LossScalerState } from "../../src/nn/loss-scaler.ts";

const at = (scale: number, goodSteps = 0): LossScaler => {
  const scaler = new LossScaler();
  scaler.loadState({ scale, goodSteps });
  return scaler;
};

test("the loss is multiplied by 65536 at first", () => {
  scope(() => assert.equal(new LossScaler().scaled(tensorOf([0.75], [])).item(), 49152));
});

test("the scale doubles after 2000 good steps, and after 2000 more", () => {
  const scaler = new LossScaler();
  const scales: number[] = [];
  for (let step = 1; step <= 4000; step++) {
    scaler.update(true);
    if ([1, 1999, 2000, 3999, 4000].includes(step)) scales.push(scaler.scale);
  }
  assert.deepEqual(scales, [65536, 65536, 131072, 131072, 262144]);
});

test("an overflow halves the scale, and the 2000 steps begin anew", () => {
  const scaler = at(65536, 1999);
  scaler.update(false);
  assert.equal(scaler.scale, 32768);
  for (let step = 0; step < 1999; step++) scaler.update(true);
  assert.equal(scaler.scale, 32768);
  scaler.update(true);
  assert.equal(scaler.scale, 65536);
});

test("the scale never grows beyond float32", () => {
  const scaler = at(2 ** 126, 1999);
  scaler.update(true);
  assert.equal(scaler.scale, 2 ** 127);
  for (let step = 0; step < 2000; step++) scaler.update(true);
  assert.equal(scaler.scale, 2 ** 127);
});

test("gradients that overflow even with the loss divided by 65536 are an error that says what to try", () => {
  const scaler = at(2 ** -15);
  scaler.update(false);
  assert.throws(() => scaler.update(false), {
    code: "not-finite",
    message: /learningRate, or another train\.precision/,
  });
});

test("its state goes through JSON and its schema, and on from there", () => {
  const scaler = at(2 ** 120, 1999);
  const resumed = new LossScaler();
  resumed.loadState(LossScalerState.parse(JSON.parse(JSON.stringify(scaler.toState()))));
  for (const one of [scaler, resumed]) one.update(true);
  assert.deepEqual([resumed.scale, resumed.toState()], [2 ** 121, scaler.toState()]);
  for (const wrong of [{ scale: 0, goodSteps: 0 }, { scale: 1, goodSteps: -1 }, { scale: 1 }])
    assert.equal(LossScalerState.safeParse(wrong).success, false);
});
