import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ArrayDtype,
  byteCount,
  checkArray,
  halfToNumber,
  ITEM_BYTES,
  numbersOf,
  swapByteOrder,
  viewOf,
} from "../../src/formats/array.ts";

const arrayOf = (dtype: ArrayDtype, bytes: readonly number[]) => {
  return { dtype, shape: [bytes.length / ITEM_BYTES[dtype]], bytes: Uint8Array.from(bytes) };
};

test("bytes are elements times bytes of one; a single number has one element", () => {
  assert.equal(byteCount("float32", [2, 3]), 24);
  assert.equal(byteCount("bool", []), 1);
  assert.equal(byteCount("int64", [5, 0, 7]), 0);
});

test("what is no shape, or beyond the exact integers, has no byte count", () => {
  for (const shape of [[-1], [1.5], [Number.NaN], [2 ** 53], [2 ** 30, 2 ** 30], new Array(65).fill(1)])
    assert.equal(byteCount("uint8", shape), undefined, String(shape));
});

test("an empty dimension does not hide an absurd one beside it", () => {
  assert.equal(byteCount("uint8", [0, 2 ** 30, 2 ** 30]), undefined);
});

test("an array whose bytes and shape disagree is refused with both numbers", () => {
  const array = { dtype: "int16", shape: [3], bytes: new Uint8Array(5) } as const;
  assert.throws(() => checkArray({ ...array, shape: [3] }, "a"), {
    code: "argument",
    message: "a: int16[3] takes 6 bytes, but 5 are given. Make shape and bytes agree.",
  });
});

test("elements that lie unaligned are read all the same", () => {
  const bytes = Uint8Array.of(9, 1, 0, 0, 0, 2, 0, 0, 0).subarray(1);
  assert.deepEqual(viewOf({ dtype: "int32", shape: [2], bytes }), Int32Array.of(1, 2));
});

test("every type gives its numbers", () => {
  const numbers: [ArrayDtype, number[], number[]][] = [
    ["bool", [0, 1], [0, 1]],
    ["uint8", [255], [255]],
    ["int8", [255], [-1]],
    ["uint16", [0, 128], [32768]],
    ["int16", [0, 128], [-32768]],
    ["uint32", [255, 255, 255, 255], [4294967295]],
    ["int32", [255, 255, 255, 255], [-1]],
    ["uint64", [1, 0, 0, 0, 0, 0, 0, 0], [1]],
    ["int64", [255, 255, 255, 255, 255, 255, 255, 255], [-1]],
    ["float16", [0x00, 0x3c, 0x01, 0x00], [1, 2 ** -24]],
    ["bfloat16", [0x80, 0x3f, 0x80, 0xff], [1, Number.NEGATIVE_INFINITY]],
    ["float32", [0, 0, 0xc0, 0x3f], [1.5]],
    ["float64", [0, 0, 0, 0, 0, 0, 0xf8, 0xbf], [-1.5]],
  ];
  for (const [dtype, bytes, expected] of numbers)
    assert.deepEqual([...numbersOf(arrayOf(dtype, bytes))], expected, dtype);
});

test("a 64-bit integer that a number cannot hold is an error, not another number", () => {
  assert.throws(() => numbersOf(arrayOf("int64", [1, 0, 0, 0, 0, 0, 0x20, 0])), {
    code: "data",
    message: /element 0 is 9007199254740993/,
  });
});

test("half precision is decoded as IEEE 754 says", () => {
  const values: [number, number][] = [
    [0x7bff, 65504],
    [0xfbff, -65504],
    [0x0400, 2 ** -14],
    [0x03ff, 1023 * 2 ** -24],
    [0x3555, 0.333251953125],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0x8000, -0],
  ];
  for (const [bits, value] of values) assert.ok(Object.is(halfToNumber(bits), value), `0x${bits.toString(16)}`);
  assert.ok(Number.isNaN(halfToNumber(0x7e00)));
});

test("the byte order of every element is reversed in place", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6);
  swapByteOrder(bytes, 2);
  assert.deepEqual([...bytes], [2, 1, 4, 3, 6, 5]);
  swapByteOrder(bytes, 3);
  assert.deepEqual([...bytes], [4, 1, 2, 5, 6, 3]);
});
