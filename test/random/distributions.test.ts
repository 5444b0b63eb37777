/** Every distribution against its law. False alarms: one seed in a million for each test; see statistics.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Stream, stream } from "../../src/random/stream.ts";
import {
  betaLaw,
  chiSquared,
  chiSquaredLimit,
  distanceLimit,
  gammaLaw,
  largestDistance,
  normalLaw,
} from "./statistics.ts";

const COUNT = 50_000;

/** Draws COUNT values and compares them with a law. */
function follows(name: string, draw: (source: Stream) => number, law: (x: number) => number): void {
  const source = stream(0, "test", name);
  const values = Float64Array.from({ length: COUNT }, () => draw(source));
  const distance = largestDistance(values, law);
  assert.ok(distance < distanceLimit(COUNT), `${name}: distance ${distance}, limit ${distanceLimit(COUNT)}`);
}

/** Counts how often each of `cells` comes up in COUNT draws, which should be equally often. */
function isEven(name: string, cells: number, draw: (source: Stream) => number): void {
  const source = stream(0, "test", name);
  const counts = new Uint32Array(cells);
  for (let i = 0; i < COUNT; i++) counts[draw(source)]!++;
  const statistic = chiSquared(counts);
  assert.ok(statistic < chiSquaredLimit(cells), `${name}: chi-squared ${statistic}, limit ${chiSquaredLimit(cells)}`);
}

// The limit for 50,000 values is a distance of 0.012 in probability, and what a sound generator shows is 0.004. So
// these are caught: a uniform that lacks its top 2 %, a normal moved by 0.05 or 8 % too wide (0.02 both), a gamma whose
// shape is off by 10 % (0.02 to 0.25).
test("uniform follows its law", () => {
  follows(
    "uniform",
    (source) => source.uniform(),
    (x) => x,
  );
});

test("normal follows its law", () => {
  follows("normal", (source) => source.normal(), normalLaw);
});

for (const shape of [0.3, 1, 2.5, 40])
  test(`gamma(${shape}) follows its law`, () => {
    follows(`gamma ${shape}`, (source) => source.gamma(shape), gammaLaw(shape));
  });

for (const [a, b] of [
  [1, 1],
  [0.2, 0.2],
  [3, 1],
  [5, 2.5],
] as const)
  test(`beta(${a}, ${b}) follows its law`, () => {
    follows(`beta ${a} ${b}`, (source) => source.beta(a, b), betaLaw(a, b));
  });

test("each weight of a Dirichlet follows the beta of its alpha and the rest", () => {
  const alphas = [0.5, 1, 3];
  for (const [i, alpha] of alphas.entries())
    follows(`dirichlet ${i}`, (source) => source.dirichlet(alphas)[i]!, betaLaw(alpha, 4.5 - alpha));
});

// 31 cells of 1,613, limit 82.6: a cell that is 25 % too frequent is caught (chi-squared about 30 + 100).
test("integer gives every number of its interval equally often, both ends included", () => {
  isEven("integer 31", 31, (source) => source.integer(-15, 15) + 15);
  isEven("integer 14", 14, (source) => source.integer(0, 13));
});

test("integer is even in intervals that do not divide 2^32, and in those above it", () => {
  // A remainder of 32 bits alone would give the lower half of 3 * 2^30 numbers twice as often as the upper third.
  isEven("integer 3 * 2^30", 6, (source) => Math.floor(source.integer(0, 3 * 2 ** 30 - 1) / 2 ** 29));
  isEven("integer 3 * 2^50", 6, (source) => Math.floor(source.integer(0, 3 * 2 ** 50 - 1) / 2 ** 49));
});

test("integer of one number is that number, and of no number an error", () => {
  assert.equal(stream(0).integer(7, 7), 7);
  for (const [low, high] of [
    [1, 0],
    [0, 0.5],
    [0, Number.NaN],
    [-(2 ** 53) + 1, 2 ** 53 - 1],
  ] as const)
    assert.throws(() => stream(0).integer(low, high), { code: "argument" });
});

test("all 24 orders of four are equally frequent", () => {
  isEven("permutation", 24, (source) => {
    const order = [...source.permutation(4)];
    return order.reduce((rank, value, i) => rank * (4 - i) + order.slice(i + 1).filter((x) => x < value).length, 0);
  });
});

test("all 210 ordered samples of 2 of 15 are equally frequent", () => {
  isEven("sample", 210, (source) => {
    const [a, b] = source.sample(15, 2);
    return a! * 14 + (b! > a! ? b! - 1 : b!);
  });
});

test("a permutation holds every number once", () => {
  assert.deepEqual(
    [...stream(0, "order").permutation(10_000)].sort((a, b) => a - b),
    Array.from({ length: 10_000 }, (_, i) => i),
  );
  assert.deepEqual([...stream(0).permutation(0)], []);
});

test("a sample is the start of the permutation, few or many", () => {
  const whole = stream(4, "pool").permutation(5_000);
  for (const count of [0, 1, 300, 312, 313, 2_500, 5_000])
    assert.deepEqual(stream(4, "pool").sample(5_000, count), whole.slice(0, count), `${count} of 5,000`);
});

test("a sample of more than there is, or of a fraction, is an error", () => {
  for (const [n, k] of [
    [3, 4],
    [3, -1],
    [2.5, 1],
    [3, 1.5],
  ] as const)
    assert.throws(() => stream(0).sample(n, k), { code: "argument" });
});

test("normals are the same as normal, one by one", () => {
  const one = stream(9);
  assert.deepEqual(
    stream(9).normals(7),
    Float64Array.from({ length: 7 }, () => one.normal()),
  );
});

test("Dirichlet weights add up to 1, for alphas so small that every gamma underflows", () => {
  const source = stream(0, "small");
  for (let i = 0; i < 200; i++) {
    const weights = source.dirichlet([1e-4, 1e-4, 1e-4]);
    assert.ok(Math.abs(weights.reduce((a, b) => a + b, 0) - 1) < 1e-12, `${weights}`);
  }
});

test("shapes that are not above 0 are refused", () => {
  for (const shape of [0, -1, Number.NaN, Infinity])
    assert.throws(() => stream(0).gamma(shape), { code: "argument", message: /above 0/ });
});
