import assert from "node:assert/strict";
import { test } from "node:test";
import { numbersOf } from "../../src/formats/array.ts";
import { readIdx } from "../../src/formats/idx.ts";
import { assertRefusesTruncation, assertSurvivesDamage } from "./mutations.ts";

const read = (bytes: Uint8Array) => readIdx(bytes, "a.idx");
const valid = Buffer.from([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]);

test("an array has the dtype, the shape and the bytes of its file", () => {
  const { dtype, shape, bytes } = read(valid);
  assert.deepEqual([dtype, shape, [...bytes]], ["uint8", [2, 3], [1, 2, 3, 4, 5, 6]]);
});

test("every type is read, its numbers big-endian", () => {
  const files: [number, string, number[], number[]][] = [
    [9, "int8", [255], [-1]],
    [11, "int16", [255, 254, 0, 1], [-2, 1]],
    [12, "int32", [0, 1, 0, 0], [65536]],
    [13, "float32", [0x3f, 0xc0, 0, 0], [1.5]],
    [14, "float64", [0xbf, 0xf8, 0, 0, 0, 0, 0, 0], [-1.5]],
  ];
  for (const [code, dtype, data, numbers] of files) {
    const array = read(Buffer.from([0, 0, code, 1, 0, 0, 0, numbers.length, ...data]));
    assert.deepEqual([array.dtype, [...numbersOf(array)]], [dtype, numbers]);
  }
});

test("the file's own bytes stay as they are", () => {
  const file = Buffer.from([0, 0, 11, 1, 0, 0, 0, 1, 1, 2]);
  read(file);
  assert.deepEqual([...file.subarray(8)], [1, 2]);
});

test("other files are foreign: wrong magic, unknown type, no dimension", () => {
  for (const bytes of [[1, 0, 8, 1], [0, 0, 10, 1], [0, 0, 8, 0], [0x1f, 0x8b, 8, 0], []])
    assert.throws(() => read(Buffer.from(bytes)), { code: "file-foreign" }, String(bytes));
});

test("a shape that does not fit the file is damage, with both sizes", () => {
  assert.throws(() => read(Buffer.concat([valid, Buffer.of(0)])), {
    code: "file-damaged",
    message: "a.idx: uint8[2,3] takes 6 bytes after byte 12, 7 are there. Copy or download it again.",
  });
});

test("a shape of 2^64 elements takes no memory", () => {
  const sizes = Buffer.from([0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255]);
  assert.throws(() => read(sizes), { code: "file-damaged", message: /takes too many bytes/ });
});

test("a truncated file is refused at every length", () => assertRefusesTruncation(valid, read));

test("damaged files give an error of ours or a value", () => assertSurvivesDamage(valid, read));
