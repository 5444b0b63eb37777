import assert from "node:assert/strict";
import { test } from "node:test";
import { mcNemar } from "../../../src/evaluate/statistics/mcnemar.ts";
import { assertNear } from "../near.ts";

// metrics.md 5, by SciPy.
for (const [b, c, p] of [
  [61, 93, 0.012237048519511283],
  [5, 14, 0.063568115234375],
  [1, 9, 0.021484375],
] as const)
  test(`McNemar's test where ${b} are right in one model only and ${c} in the other`, () => {
    assertNear(mcNemar(b, c), p, 1e-9);
    assertNear(mcNemar(c, b), p, 1e-9);
  });

test("models that never differ, or differ evenly, have p = 1", () => {
  assert.equal(mcNemar(0, 0), 1);
  assertNear(mcNemar(7, 7), 1, 1e-12);
});

test("thousands of differences keep their digits", () => {
  // scipy.stats.binomtest(4900, 10000).pvalue, and binomtest(2000, 5000).pvalue
  assertNear(mcNemar(4900, 5100), 0.04658552770494645, 1e-9);
  assertNear(mcNemar(2000, 3000) / 1.3002310005205326e-45, 1, 1e-9);
});
