import assert from "node:assert/strict";
import { test } from "node:test";
import { pairedT } from "../../../src/evaluate/statistics/paired-t.ts";
import { assertNear } from "../near.ts";

test("five seeds of two methods give SciPy's paired t (metrics.md 6)", () => {
  const found = pairedT([94.31, 94.52, 94.47, 94.6, 94.38], [94.7, 94.66, 94.81, 94.79, 94.75]);
  assertNear(found.difference, 0.286, 1e-9);
  assertNear(found.deviation, 0.113269589917, 1e-9);
  assertNear(found.t, 5.645958831781, 1e-9);
  assert.equal(found.degrees, 4);
  assertNear(found.p, 0.004846450578, 1e-9);
  assertNear(found.range[0], 0.145357228, 1e-8); // given to nine places
  assertNear(found.range[1], 0.426642772, 1e-8);
});

test("two seeds have one degree of freedom: t follows Cauchy, whose tails are known", () => {
  // Differences 1 and 3: mean 2, deviation √2, t = 2; p = 1 - 2 atan(2) / π.
  const { t, p } = pairedT([0, 0], [1, 3]);
  assertNear(t, 2, 1e-12);
  assertNear(p, 1 - (2 * Math.atan(2)) / Math.PI, 1e-12);
});

test("methods that are equal for every seed have p = 1", () => {
  assert.equal(pairedT([1, 2], [1, 2]).p, 1);
});

test("one seed, or seeds of one side only, are an error", () => {
  assert.throws(() => pairedT([1], [2]), { code: "argument", message: /two or more/ });
  assert.throws(() => pairedT([1, 2], [2]), { code: "argument" });
});
