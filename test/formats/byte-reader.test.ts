import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteReader } from "../../src/formats/byte-reader.ts";

const readerOf = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes), "file");

test("numbers are little-endian unless said otherwise, and the cursor moves by their size", () => {
  const reader = readerOf(1, 2, 1, 0, 0, 0, 0x80, 0, 0, 0, 7, 0xfe, 0xff, 0xff, 0xff);
  assert.equal(reader.uint8(), 1);
  assert.equal(reader.uint16(), 0x0102);
  assert.equal(reader.uint32(), 0x80000000);
  assert.equal(reader.uint32BigEndian(), 7);
  assert.equal(reader.int32(), -2);
  assert.equal(reader.remaining, 0);
});

test("64-bit counts and big-endian floats are read whole", () => {
  assert.equal(readerOf(0, 0, 0, 0, 1, 0, 0, 0).uint64(), 2 ** 32);
  assert.equal(readerOf(0x3f, 0xf8, 0, 0, 0, 0, 0, 0).float64BigEndian(), 1.5);
});

test("a count beyond 2^53 is damage, with its place", () => {
  assert.throws(() => readerOf(0, 0, 0, 0, 0, 0, 0, 0x80).uint64(), {
    code: "file-damaged",
    message: /^file: the 64-bit number at byte 0 is 9223372036854775808/,
  });
});

test("reading beyond the end is damage, with offset and counts, and the cursor stays", () => {
  const reader = readerOf(1, 2, 3);
  reader.uint8();
  assert.throws(() => reader.uint32(), {
    code: "file-damaged",
    message: /^file: truncated: 4 bytes expected at byte 1, 2 are there/,
  });
  assert.equal(reader.position, 1);
  assert.throws(() => reader.take(-1), { code: "file-damaged" });
});

test("taken bytes are a view, not a copy", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const taken = new ByteReader(bytes, "file").take(2);
  bytes[0] = 9;
  assert.deepEqual([...taken], [9, 2]);
});

test("a reader of a part of a buffer starts at the part", () => {
  const reader = new ByteReader(Uint8Array.of(9, 9, 1, 0).subarray(2), "file");
  assert.equal(reader.uint16(), 1);
});

test("a line ends before its line feed, which is passed over; one without end is damage", () => {
  const reader = readerOf(0x61, 0xe9, 10, 0x62);
  assert.equal(reader.line(), "aé");
  assert.throws(() => reader.line(), { code: "file-damaged", message: /a line that starts at byte 3 has no end/ });
});
