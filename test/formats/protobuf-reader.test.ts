import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtobufWriter } from "../../src/formats/protobuf.ts";
import { readProtobuf } from "../../src/formats/protobuf-reader.ts";

const read = (bytes: Uint8Array) => [...readProtobuf(bytes, "test")];

test("every kind of field comes with its number, in order", () => {
  const message = new ProtobufWriter().varint(1, 300).string(2, "ab").float(3, 1).double(4, 1).varint(5, -1).finish();
  assert.deepEqual(
    read(message).map(({ field, value }) => [
      field,
      typeof value === "bigint" ? value : Buffer.from(value).toString("hex"),
    ]),
    [
      [1, 300n],
      [2, "6162"],
      [3, "0000803f"],
      [4, "000000000000f03f"],
      [5, 2n ** 64n - 1n],
    ],
  );
});

test("an empty message has no fields", () => {
  assert.deepEqual(read(new Uint8Array(0)), []);
});

for (const [what, bytes] of [
  ["ends within a number", [0x08, 0x80]],
  ["ends within a text", [0x12, 5, 0x61]],
  ["ends within a float", [0x1d, 0, 0]],
  ["has a length beyond all memory", [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
  ["has a number without an end", [0x08, ...Array<number>(11).fill(0xff)]],
  ["has a field of no known kind", [0x0b]],
] as const)
  test(`a message that ${what} is damaged`, () => {
    assert.throws(() => read(Uint8Array.from(bytes)), { code: "file-damaged", message: /^test/ });
  });
