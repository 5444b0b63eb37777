import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseSubset } from "../../src/data/subset.ts";

/** Classes 0, 1 and 2 with 60, 30 and 10 pictures. */
const labels = Uint8Array.from({ length: 100 }, (_, index) => (index % 10 < 6 ? 0 : index % 10 < 9 ? 1 : 2));
const countsOf = (places: Uint32Array) =>
  [0, 1, 2].map((label) => places.filter((place) => labels[place] === label).length);

test("each class has its share", () => {
  assert.deepEqual(countsOf(chooseSubset(labels, 20)), [12, 6, 2]);
});

test("what is left after rounding down goes to the largest rests", () => {
  // Of 7: 4.2, 2.1, 0.7.
  assert.deepEqual(countsOf(chooseSubset(labels, 7)), [4, 2, 1]);
});

test("places rise, each once, and are the same in every call", () => {
  const places = chooseSubset(labels, 33);
  assert.deepEqual(places, Uint32Array.from(new Set(places)).sort());
  assert.deepEqual(chooseSubset(labels, 33), places);
});

test("all pictures are a subset too", () => {
  assert.deepEqual(
    chooseSubset(labels, 100),
    Uint32Array.from({ length: 100 }, (_, index) => index),
  );
});

for (const size of [101, 0, -1, 2.5])
  test(`a subset of ${size} of 100 is an error that says how many there are`, () => {
    assert.throws(() => chooseSubset(labels, size), { code: "argument", message: /there are 100\. Give .* 1 to 100/ });
  });
