/** TensorBoard's event files. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32c, encodeEventFile } from "../../src/formats/event-file.ts";
import { readEventFile } from "../event-file.ts";

test("the checksum gives the values of RFC 3720, appendix B.4", () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e);
  assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
});

test("a file is a version, then one event a number", () => {
  const file = encodeEventFile([
    { tag: "train/loss", step: 1, value: 0.5, wallTime: 1700000000.25 },
    { tag: "test/accuracy", step: 300, value: 0.1, wallTime: 1700000001 },
  ]);
  assert.deepEqual(readEventFile(Buffer.from(file)), [
    { wallTime: 1700000000.25, step: 0, fileVersion: "brain.Event:2", tag: undefined, value: undefined },
    { wallTime: 1700000000.25, step: 1, fileVersion: undefined, tag: "train/loss", value: 0.5 },
    { wallTime: 1700000001, step: 300, fileVersion: undefined, tag: "test/accuracy", value: Math.fround(0.1) },
  ]);
});

test("the first record has the bytes that TensorFlow writes", () => {
  // tf.summary.create_file_writer, wall time 0: 24 bytes of event, as its record writer frames them.
  const file = Buffer.from(encodeEventFile([])).toString("hex");
  const event = `09${"00".repeat(8)}1a0d${Buffer.from("brain.Event:2").toString("hex")}`;
  assert.equal(file.slice(0, 16), "1800000000000000");
  assert.equal(file.slice(24, 24 + event.length), event);
  // The checksum of the length 24, masked, stands at the start of every TensorBoard file.
  assert.equal(file.slice(16, 24), "a37f4b22");
});
