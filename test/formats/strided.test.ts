import assert from "node:assert/strict";
import { test } from "node:test";
import { gatherRowMajor, rowMajorStrides } from "../../src/formats/strided.ts";

test("strides of row-major order are the products of the later sizes", () => {
  assert.deepEqual(rowMajorStrides([2, 3, 4]), [12, 4, 1]);
  assert.deepEqual(rowMajorStrides([2, 3, 4], 8), [96, 32, 8]);
  assert.deepEqual(rowMajorStrides([]), []);
});

test("elements are gathered from their start by their strides", () => {
  const source = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);
  assert.deepEqual([...gatherRowMajor(source, 0, [4, 2], [1, 4], 1)], [0, 4, 1, 5, 2, 6, 3, 7]);
  assert.deepEqual([...gatherRowMajor(source, 1, [2, 2], [4, 2], 1)], [1, 3, 5, 7]);
});

test("elements of several bytes stay whole", () => {
  const source = Uint8Array.of(1, 10, 2, 20, 3, 30, 4, 40);
  assert.deepEqual([...gatherRowMajor(source, 0, [2, 2], [2, 4], 2)], [1, 10, 3, 30, 2, 20, 4, 40]);
});

test("a stride of zero repeats, no dimension gives one element, an empty one none", () => {
  const source = Uint8Array.of(5, 6);
  assert.deepEqual([...gatherRowMajor(source, 0, [2, 2], [0, 1], 1)], [5, 6, 5, 6]);
  assert.deepEqual([...gatherRowMajor(source, 1, [], [], 1)], [6]);
  assert.deepEqual([...gatherRowMajor(source, 0, [3, 0], [1, 1], 1)], []);
});
