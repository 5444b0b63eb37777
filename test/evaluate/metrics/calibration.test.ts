import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrationError, reliabilityBins } from "../../../src/evaluate/metrics/calibration.ts";
import { assertNear } from "../near.ts";

// metrics.md 3.
const confidences = [0.95, 0.92, 0.81, 0.67, 0.55, 0.55, 0.4, 0.34, 0.99, 1];
const isCorrect = [1, 1, 0, 1, 1, 0, 0, 1, 1, 1];
const bins = reliabilityBins(Float64Array.from(confidences), isCorrect);

test("the worked example has its pictures in the bins of the library's rule", () => {
  const expected: [bin: number, count: number, confidence: number, accuracy: number][] = [
    [5, 1, 0.34, 1],
    [6, 1, 0.4, 0],
    [8, 2, 0.55, 0.5],
    [10, 1, 0.67, 1],
    [12, 1, 0.81, 0],
    [13, 1, 0.92, 1],
    [14, 2, 0.97, 1],
    [15, 1, 1, 1],
  ];
  assert.equal(bins.length, 16);
  for (const [bin, { count, confidence, accuracy }] of bins.entries()) {
    const [, wanted, mean, share] = expected.find(([place]) => place === bin) ?? [bin, 0, 0, 0];
    assert.equal(count, wanted, `bin ${bin}`);
    assertNear(confidence, mean, 1e-12);
    assertNear(accuracy, share, 1e-12);
  }
});

test("the worked example has the library's ECE", () => {
  assertNear(calibrationError(bins), 0.244, 1e-9);
});

test("by the textbook's rule a confidence on an edge joins the bin below, and 1 the last of fifteen", () => {
  const textbook = reliabilityBins(Float64Array.from(confidences), isCorrect, "textbook");
  assert.equal(textbook[5]!.count, 2);
  assert.equal(textbook[14]!.count, 3);
  assert.equal(textbook[15]!.count, 0);
  assertNear(calibrationError(textbook), 0.164, 1e-9);
});

test("confidences in single precision meet edges in single precision", () => {
  for (const [rule, shift] of [
    ["library", 0],
    ["textbook", 1],
  ] as const)
    for (let edge = 1; edge < 15; edge++) {
      const found = reliabilityBins(Float32Array.of(edge / 15), [1], rule);
      assert.equal(
        found.findIndex(({ count }) => count === 1),
        edge - shift,
        `${rule}, ${edge}/15`,
      );
    }
});

test("a confidence of 0 is in the first bin by both rules", () => {
  for (const rule of ["library", "textbook"] as const)
    assert.equal(reliabilityBins(Float32Array.of(0), [0], rule)[0]!.count, 1);
});
