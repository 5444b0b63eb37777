import assert from "node:assert/strict";
import { test } from "node:test";
import { mcNemar } from "../../../src/evaluate/statistics/mcnemar.ts";
import { assertNear } from "../near.ts";

// metrics.md 5, by SciPy.
for (const { b, c, exact, chiSquare, corrected, midP } of [
  {
    b: 61,
    c: 93,
    exact: 0.012237048519511283,
    chiSquare: [6.64935064935065, 0.009919196798964976],
    corrected: [6.240259740259741, 0.012487816012014081],
    midP: 0.009932668383372008,
  },
  {
    b: 5,
    c: 14,
    exact: 0.063568115234375,
    chiSquare: [4.2631578947368425, 0.03894745574202525],
    corrected: [3.3684210526315788, 0.0664574200169312],
    midP: 0.04138946533203125,
  },
  {
    b: 1,
    c: 9,
    exact: 0.021484375,
    chiSquare: [6.4, 0.01141203638600166],
    corrected: [4.9, 0.02685669550752441],
    midP: 0.01171875,
  },
] as const)
  test(`McNemar's test where ${b} are right in one model only and ${c} in the other`, () => {
    for (const found of [mcNemar(b, c), mcNemar(c, b)]) {
      assertNear(found.exact, exact, 1e-9);
      assertNear(found.midP, midP, 1e-9);
      assertNear(found.chiSquare?.statistic, chiSquare[0], 1e-9);
      assertNear(found.chiSquare?.p, chiSquare[1], 1e-9);
      assertNear(found.corrected?.statistic, corrected[0], 1e-9);
      assertNear(found.corrected?.p, corrected[1], 1e-9);
    }
  });

test("models that never differ have p = 1 and no statistic", () => {
  assert.deepEqual(mcNemar(0, 0), { exact: 1, midP: 1, chiSquare: undefined, corrected: undefined });
});

test("models that differ evenly have p = 1", () => {
  const { exact, midP, chiSquare } = mcNemar(7, 7);
  assertNear(exact, 1, 1e-12);
  assertNear(midP, 1, 1e-12);
  assert.deepEqual(chiSquare, { statistic: 0, p: 1 });
});

test("thousands of differences keep their digits", () => {
  // scipy.stats.binomtest(4900, 10000).pvalue, and binomtest(2000, 5000).pvalue
  assertNear(mcNemar(4900, 5100).exact, 0.04658552770494645, 1e-9);
  assertNear(mcNemar(2000, 3000).exact / 1.3002310005205326e-45, 1, 1e-9);
});
