import assert from "node:assert/strict";
import { test } from "node:test";
import { adjustHolm } from "../../../src/evaluate/statistics/holm.ts";
import { assertNear } from "../near.ts";

test("the smallest of four is multiplied by 4, the next by 3, none falls below a smaller one's", () => {
  // By hand: sorted 0.005 0.01 0.03 0.04 -> 0.02 0.03 0.06 max(0.06, 0.04).
  const adjusted = adjustHolm([0.01, 0.04, 0.03, 0.005]);
  for (const [index, expected] of [0.03, 0.06, 0.06, 0.02].entries()) assertNear(adjusted[index], expected, 1e-12);
});

test("no adjusted p is above 1", () => {
  assert.deepEqual(adjustHolm([0.6, 0.9]), [1, 1]);
});

test("without tests there is nothing to adjust", () => {
  assert.deepEqual(adjustHolm([]), []);
});
