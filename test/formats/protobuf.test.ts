/** Expected bytes: the examples of protobuf.dev/programming-guides/encoding, and its rules by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtobufWriter } from "../../src/formats/protobuf.ts";

const hex = (writer: ProtobufWriter) => Buffer.from(writer.finish()).toString("hex");
const write = () => new ProtobufWriter();

test("150 in field 1 is 08 96 01", () => {
  assert.equal(hex(write().varint(1, 150)), "089601");
});

test("a negative number is 64 bits of two's complement in ten bytes", () => {
  assert.equal(hex(write().varint(1, -2)), "08feffffffffffffffff01");
});

test("whole numbers of 64 bits are exact, 0 has its byte", () => {
  assert.equal(hex(write().varint(1, 0)), "0800");
  assert.equal(hex(write().varint(1, 2 ** 53 - 1)), "08ffffffffffffff0f");
  assert.equal(hex(write().varint(1, 2n ** 64n - 1n)), "08ffffffffffffffffff01");
});

test("a field number above 15 takes a second byte", () => {
  assert.equal(hex(write().varint(16, 1)), "800101");
});

test("float and double are little-endian of 4 and 8 bytes", () => {
  assert.equal(hex(write().float(2, 1).double(1, -2)), "150000803f0900000000000000c0");
});

test('"testing" in field 2 is its length and its letters', () => {
  assert.equal(hex(write().string(2, "testing")), "120774657374696e67");
});

test("text is UTF-8, its length counted in bytes", () => {
  assert.equal(hex(write().string(1, "é")), "0a02c3a9");
});

test("a message within a message is its length and its fields", () => {
  assert.equal(hex(write().message(3, write().varint(1, 150))), "1a03089601");
});

test("a message three deep of 200 bytes has the right length at every level", () => {
  const bytes = new Uint8Array(200).fill(7);
  const outer = write().message(1, write().message(2, write().bytes(3, bytes)));
  assert.equal(hex(outer), `0ace0112cb011ac801${"07".repeat(200)}`);
});

test("a message is taken as it stands: fields that it gets later are not in the outer one", () => {
  const inner = write().varint(1, 150);
  const outer = write().message(3, inner);
  inner.varint(2, 1);
  assert.equal(hex(outer), "1a03089601");
});

test("more than 2 GiB are refused before memory is taken", () => {
  const piece = new Uint8Array(2 ** 24);
  const writer = write();
  for (let count = 0; count < 128; count++) writer.bytes(1, piece);
  // 128 times: tag, length in four bytes, 2^24 bytes.
  assert.throws(() => writer.finish(), /2147484288 bytes .* 2147483647 at most/);
});
