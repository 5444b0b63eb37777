import assert from "node:assert/strict";
import { test } from "node:test";
import { wilsonRange } from "../../../src/evaluate/statistics/wilson.ts";
import { assertNear } from "../near.ts";

// metrics.md 4, by SciPy.
for (const [correct, count, low, high] of [
  [9135, 10_000, 0.9078305089696973, 0.9188519243777532],
  [3, 10, 0.10779126740630102, 0.6032218525388546],
  [0, 50, 0, 0.07134759913335872],
  [50, 50, 0.9286524008666412, 1],
] as const)
  test(`Wilson's interval of ${correct} right of ${count}`, () => {
    const range = wilsonRange(correct, count);
    assertNear(range[0], low, 1e-9);
    assertNear(range[1], high, 1e-9);
  });

test("the interval never leaves [0,1]", () => {
  for (let count = 1; count <= 200; count++) {
    assert.ok(wilsonRange(0, count)[0] >= 0);
    assert.ok(wilsonRange(count, count)[1] <= 1);
  }
});
