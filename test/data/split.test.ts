import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { splitOfRun, splitStratified } from "../../src/data/split.ts";
import { stream } from "../../src/random/stream.ts";

const draws = (seed = 0) => stream(seed, "split");
/** Ten pictures of class 0, twenty of class 1, ... in an order that mixes them. */
const labels = Uint16Array.from({ length: 100 }, (_, index) => [0, 1, 1, 2, 2, 2, 3, 3, 3, 3][(7 * index) % 10]!);

test("of every class the share is held out, rounded to whole pictures", () => {
  const { held } = splitStratified(labels, 0.25, draws());
  const counts = [0, 0, 0, 0];
  for (const index of held) counts[labels[index]!]!++;
  assert.deepEqual(counts, [3, 5, 8, 10]); // a quarter of 10, 20, 30, 40; 2.5 and 7.5 are rounded up
});

test("both parts together are all pictures, each once, in rising order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0.4, max: 0.6, noNaN: true }),
      (classes, share) => {
        const several = [...classes, ...classes]; // at least two of each, so that each side has one
        const { train, held } = splitStratified(several, share, draws());
        const all = [...train, ...held].sort((a, b) => a - b);
        assert.deepEqual(
          all,
          several.map((_, index) => index),
        );
        assert.deepEqual(train, train.toSorted());
        assert.deepEqual(held, held.toSorted());
      },
    ),
  );
});

test("the same stream gives the same split, another seed another one", () => {
  assert.deepEqual(splitStratified(labels, 0.2, draws()), splitStratified(labels, 0.2, draws()));
  assert.notEqual(splitStratified(labels, 0.2, draws()).digest, splitStratified(labels, 0.2, draws(1)).digest);
});

test("which pictures of a class are drawn does not depend on the other classes, nor on which comes first", () => {
  const alone = splitStratified([5, 5, 5, 5, 5, 5, 5, 5], 0.5, draws());
  const mixed = splitStratified([8, 5, 8, 5, 5, 1, 5, 5, 5, 1, 5, 5], 0.5, draws());
  const places = [1, 3, 4, 6, 7, 8, 10, 11]; // of class 5
  assert.deepEqual(
    [...mixed.held].filter((index) => places.includes(index)),
    Array.from(alone.held, (place) => places[place]),
  );
});

test("labels that are wide integers split like narrow ones", () => {
  assert.equal(
    splitStratified(Float64Array.from(labels), 0.2, draws()).digest,
    splitStratified(labels, 0.2, draws()).digest,
  );
});

test("a share of 0 holds nothing out", () => {
  const { train, held } = splitStratified(labels, 0, draws());
  assert.deepEqual([train.length, held.length], [100, 0]);
});

test("the chance to be held out is the share for every picture", () => {
  const times = new Uint32Array(20);
  for (let seed = 0; seed < 4000; seed++)
    for (const index of splitStratified(new Uint8Array(20), 0.25, draws(seed)).held) times[index]!++;
  // Binomial(4000, 0.25) each: 1000, deviation 27.4. Beyond 5.5 deviations on either side of any of 20: 8 in 10^7.
  assert.ok(
    times.every((count) => Math.abs(count - 1000) <= 151),
    times.join(" "),
  );
});

test("a share that leaves a class without pictures on either side is refused, with the option to change", () => {
  assert.throws(() => splitStratified([0, 0, 0, 1, 1, 1], 0.1, draws()), {
    code: "data",
    message: /Holding out 0\.1 of the 3 pictures of class 0 leaves none to measure\. Change train\.hold\./,
  });
  assert.throws(() => splitStratified([0, 0, 0], 0.9, draws(), { key: "data.test.share", classes: ["ash"] }), {
    message: /pictures of class ash leaves none to train on\. Change data\.test\.share\./,
  });
});

test("of a subset each class has its share, and the rest is neither trained on nor held out", () => {
  const { train, held } = splitOfRun(labels, { hold: 0.5, seed: 0, subset: 40 });
  const counts = [0, 0, 0, 0];
  for (const index of [...train, ...held]) counts[labels[index]!]!++;
  assert.deepEqual(counts, [4, 8, 12, 16]); // of 10, 20, 30, 40
  assert.deepEqual([train.length, held.length], [20, 20]);
});

test("the subset is the same for every seed", () => {
  const subsetOf = (seed: number) => splitOfRun(labels, { hold: 0, seed, subset: 40 }).train;
  assert.deepEqual(subsetOf(1), subsetOf(0));
});

test("a subset of more pictures than there are is refused", () => {
  assert.throws(() => splitOfRun(labels, { hold: 0, seed: 0, subset: 101 }), {
    code: "data",
    message: /^train\.subset: 101 training pictures were asked for, and there are 100\./,
  });
});
