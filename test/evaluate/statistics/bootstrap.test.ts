import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesWithRanges, meansWithRanges, quantile } from "../../../src/evaluate/statistics/bootstrap.ts";
import { stream } from "../../../src/random/stream.ts";
import { assertNear } from "../near.ts";

/** The means of all n^n resamples, sorted. */
function enumerate(values: readonly number[]): number[] {
  let sums = [0];
  for (let draw = 0; draw < values.length; draw++) sums = sums.flatMap((sum) => values.map((value) => sum + value));
  return sums.map((sum) => sum / values.length).sort((a, b) => a - b);
}

test("percentiles lie between order statistics, linearly: all resamples of four pictures (metrics.md 6)", () => {
  const means = enumerate([1, 1, 0, -1]);
  assertNear(quantile(means, 0.025), -0.5, 1e-9);
  assertNear(quantile(means, 0.975), 1, 1e-9);
  assertNear(means.filter((mean) => mean <= 0).length / 256, 0.375, 1e-9);
});

test("percentiles lie between order statistics, linearly: all resamples of three pictures (metrics.md 6)", () => {
  const means = enumerate([0.5, -0.5, 0.5]);
  assertNear(quantile(means, 0.025), -0.5 + 0.65 / 3, 1e-9); // -0.283333
  assertNear(quantile(means, 0.975), 0.5, 1e-9);
});

test("10,000 resamples of four pictures find the percentiles and the share of all resamples", () => {
  const [found] = differencesWithRanges([{ counts: Float64Array.of(1, 1, 0, -1), cells: 1 }], stream(0, "test"));
  assert.equal(found!.value, 0.25);
  // Where the percentiles lie every resample in 13 and in 16 falls: one seed in 10^30 or fewer misses them.
  assert.deepEqual(found!.range, [-0.5, 1]);
  // Binomial(10,000, 0.375), times 2: 0.0485 is 5 standard deviations; a sound draw fails here for one seed in a million.
  assertNear(found!.p, 0.75, 0.0485);
});

test("61 pictures right in one model only and 93 in the other give the interval of metrics.md 6", () => {
  const counts = new Float64Array(10_000).fill(-1, 0, 61).fill(1, 61, 154);
  const [found] = differencesWithRanges([{ counts, cells: 1 }], stream(0, "test"));
  assertNear(found!.value, 0.0032, 1e-12);
  assertNear(found!.range[0], 0.0008, 0.0002);
  assertNear(found!.range[1], 0.0056, 0.0002);
  // Two-sided: the share at or below 0 is about 0.0059; 5 standard deviations of it are 0.0038.
  assertNear(found!.p, 2 * 0.0059, 2 * 0.0038);
});

test("lists that are measured together have the intervals that they have alone", () => {
  const lists = [
    { counts: Float64Array.of(0, 5, 5, 1, 2), cells: 5 },
    { counts: Float64Array.of(5, 5, 1, 9, 0), cells: 10 },
  ];
  const together = meansWithRanges(lists, stream(3), 500);
  for (const [index, list] of lists.entries())
    assert.deepEqual(meansWithRanges([list], stream(3), 500)[0], together[index]);
});

test("pictures that are all alike have no width", () => {
  assert.deepEqual(meansWithRanges([{ counts: new Float64Array(40).fill(75), cells: 75 }], stream(0), 100), [
    { value: 1, range: [1, 1] },
  ]);
});
