/** Numbers by the hundred. Distribution tests: one false alarm in a million seeds for each; see statistics.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fillPoisson, poissonTables } from "../../src/random/poisson.ts";
import { type Stream, stream } from "../../src/random/stream.ts";
import { fillFromSeed } from "../../src/random/xoshiro.ts";
import { chiSquared, chiSquaredLimit, distanceLimit, largestDistance, normalLaw } from "./statistics.ts";

/** Deviations passed once in a million, to either side. */
const LIMIT = 4.9;

const filled = (source: Stream, count = 6) => [...source.fillWords(new Uint32Array(count))];

test("xoshiro128++ from the state 1, 2, 3, 4 gives the published numbers", () => {
  // The reference of Blackman and Vigna, as the tests of Rust's rand_xoshiro hold it.
  const words = new Uint32Array(10);
  fillFromSeed(words, Uint32Array.of(1, 2, 3, 4));
  assert.deepEqual(
    [...words],
    [641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420],
  );
});

test("the same name gives the same words; another name, and another call, others", () => {
  const source = stream(0, "a", 1);
  const words = filled(source);
  assert.deepEqual(filled(stream(0, "a").fork(1)), words);
  const others = [filled(source), filled(stream(0, "a", 2)), filled(stream(1, "a", 1))];
  assert.equal(new Set([...words, ...others.flat()]).size, 24);
});

test("filling arrays leaves the single numbers of a stream as they are", () => {
  const quiet = stream(3);
  const busy = stream(3);
  for (let i = 0; i < 6; i++) {
    filled(busy);
    assert.equal(busy.uint32(), quiet.uint32());
  }
});

test("a longer array begins with the same numbers", () => {
  const lengths = [1, 5, 1_500];
  const [one, five, many] = lengths.map((count) => [...stream(0, "n").fillNormals(new Float64Array(count))]);
  assert.deepEqual(many!.slice(0, 1), one);
  assert.deepEqual(many!.slice(0, 5), five);
});

test("the bits of words are set half the time, and share nothing with the next word's", () => {
  // 200,000 words: for each bit a binomial with a deviation of 224; 64 counts, so 5.6 deviations for one in a million.
  const words = stream(0, "bits").fillWords(new Uint32Array(200_001));
  const set = new Uint32Array(32);
  const changed = new Uint32Array(32);
  for (let i = 0; i < 200_000; i++)
    for (let bit = 0; bit < 32; bit++) {
      set[bit]! += (words[i]! >>> bit) & 1;
      changed[bit]! += ((words[i]! ^ words[i + 1]!) >>> bit) & 1;
    }
  for (const count of [...set, ...changed]) assert.ok(Math.abs(count - 100_000) < 5.6 * 224, `${count} of 200,000`);
});

test("fillUniforms follows its law, and fills every place", () => {
  const values = stream(0, "uniforms").fillUniforms(new Float64Array(50_001).fill(Number.NaN));
  assert.ok(values.every((value) => value >= 0 && value < 1));
  assert.ok(largestDistance(values, (x) => x) < distanceLimit(values.length));
});

test("fillNormals follows its law", () => {
  // Limit 0.0038 for 500,000: a layer of the 256 that is left out (0.0039) or a side that is 1 % more frequent is caught.
  const values = stream(0, "normals").fillNormals(new Float64Array(500_000).fill(Number.NaN));
  assert.ok(values.every(Number.isFinite));
  assert.ok(largestDistance(values, normalLaw) < distanceLimit(values.length));
});

test("fillNormals reaches its tail as often as it should, to both sides", () => {
  // Beyond 3.6541528853610088 lie 2.5803e-4 of all (mpmath): 516 of 2,000,000, deviation 22.7; 258 a side, 16.1.
  const values = stream(0, "tail").fillNormals(new Float64Array(2_000_000));
  const tail = values.filter((value) => Math.abs(value) > 3.6541528853610088);
  assert.ok(Math.abs(tail.length - 516) < LIMIT * 22.7, `${tail.length} in the tail`);
  const right = tail.filter((value) => value > 0).length;
  assert.ok(Math.abs(right - 258) < LIMIT * 16.1, `${right} of them above 0`);
  // And lie there as they should: the normal law above that point, which about 516 values know within 0.12.
  const beyond = (x: number) => 1 - (1 - normalLaw(x)) / (1 - normalLaw(3.6541528853610088));
  assert.ok(largestDistance(tail.map(Math.abs), beyond) < distanceLimit(tail.length));
});

test("neighbouring normals are uncorrelated", () => {
  const values = stream(0, "neighbours").fillNormals(new Float64Array(200_001));
  for (const lag of [1, 2, 4]) {
    let sum = 0;
    for (let i = lag; i < values.length; i++) sum += values[i]! * values[i - lag]!;
    assert.ok(Math.abs(sum) < LIMIT * Math.sqrt(values.length), `lag ${lag}: ${sum}`);
  }
});

test("fillIntegers gives every number of its interval equally often, both ends included", () => {
  for (const [low, high] of [
    [-1, 0],
    [-3, 2],
    [-128, 127],
    [5, 5],
  ] as const) {
    const counts = new Uint32Array(high - low + 1);
    for (const value of stream(0, "integers", low).fillIntegers(new Int8Array(100_001), low, high))
      counts[value - low]!++;
    assert.ok(chiSquared(counts) <= (low === high ? 0 : chiSquaredLimit(counts.length)), `${low} to ${high}`);
  }
});

test("fillIntegers refuses what is no interval, or does not fit", () => {
  for (const [low, high] of [
    [1, 0],
    [0, 0.5],
    [-129, 0],
    [0, 128],
  ] as const)
    assert.throws(() => stream(0).fillIntegers(new Int8Array(1), low, high), { code: "argument", message: /interval/ });
});

/** e^-mean mean^k / k!, by logarithms. */
function poissonLaw(mean: number, count: number): number {
  let logarithm = -mean + count * Math.log(mean);
  for (let k = 2; k <= count; k++) logarithm -= Math.log(k);
  return Math.exp(logarithm);
}

test("Poisson tables give every count its probability, to 2^-32", () => {
  const means = Float64Array.of(0.02, 1, 3, 12.5, 500);
  const { lastWords, shortcuts, offsets } = poissonTables(means);
  for (const [which, mean] of means.entries()) {
    const first = shortcuts[256 * which]!;
    let before = -1;
    let total = 0;
    for (let entry = first; before < 2 ** 32 - 1; entry++) {
      const probability = (lastWords[entry]! - before) / 2 ** 32;
      before = lastWords[entry]!;
      total += probability;
      const expected = poissonLaw(mean, entry + offsets[which]!);
      assert.ok(Math.abs(probability - expected) < 2 ** -32 + 1e-12, `${entry + offsets[which]!} at ${mean}`);
    }
    assert.equal(total, 1, `mean ${mean}`);
  }
});

test("fillPoisson follows its law, whichever mean stands beside it", () => {
  const means = Float64Array.of(0, 0.3, 4, 90);
  const tables = poissonTables(means);
  const which = Uint8Array.from({ length: 200_000 }, (_, i) => i % 4);
  const counts = new Int32Array(which.length);
  fillPoisson(stream(0, "poisson"), tables, which, counts);
  for (let number = 0; number < 4; number++) {
    const mean = means[number]!;
    const drawn = counts.filter((_, i) => which[i] === number);
    const sum = drawn.reduce((a, b) => a + b);
    // 50,000 of them: their mean has a deviation of sqrt(mean / 50,000); their squared distances, about
    // sqrt((mean + 2 mean²) / 50,000).
    assert.ok(Math.abs(sum / 50_000 - mean) <= LIMIT * Math.sqrt(mean / 50_000), `mean ${mean}`);
    const spread = drawn.reduce((total, count) => total + (count - mean) ** 2, 0) / 50_000;
    assert.ok(Math.abs(spread - mean) <= LIMIT * Math.sqrt((mean + 2 * mean ** 2) / 50_000), `spread at ${mean}`);
  }
});
