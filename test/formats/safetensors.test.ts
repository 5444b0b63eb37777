import assert from "node:assert/strict";
import { test } from "node:test";
import { type ArrayDtype, ITEM_BYTES, type PlainArray } from "../../src/formats/array.ts";
import { encodeSafetensors, readSafetensors } from "../../src/formats/safetensors.ts";
import { assertRefusesTruncation, assertSurvivesDamage } from "./mutations.ts";

const read = (bytes: Uint8Array) => readSafetensors(bytes, "a.safetensors");

/** A file with this header, as the format's description lays it out. */
function fileOf(header: unknown, data: readonly number[]): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.from(data)]);
}
const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const valid = fileOf(
  { __metadata__: { by: "hand" }, a: entry("U8", [2], 0, 2), b: entry("I16", [], 2, 4) },
  [1, 2, 3, 4],
);

test("tensors and metadata are those of the file, tensors in the order of their data", () => {
  const { tensors, metadata } = read(
    fileOf({ b: entry("F16", [1], 2, 4), a: entry("U8", [1, 2], 0, 2) }, [1, 2, 3, 4]),
  );
  assert.deepEqual([...tensors.keys()], ["a", "b"]);
  assert.deepEqual(metadata, {});
  const { dtype, shape, bytes } = tensors.get("a")!;
  assert.deepEqual([dtype, shape, [...bytes]], ["uint8", [1, 2], [1, 2]]);
  assert.deepEqual(read(valid).metadata, { by: "hand" });
});

test("every dtype has the format's name, and comes back", () => {
  const names = "BOOL U8 I8 I16 U16 I32 U32 I64 U64 F16 BF16 F32 F64".split(" ");
  const dtypes = "bool uint8 int8 int16 uint16 int32 uint32 int64 uint64 float16 bfloat16 float32 float64".split(
    " ",
  ) as ArrayDtype[];
  const tensors = new Map<string, PlainArray>(
    dtypes.map((dtype) => [dtype, { dtype, shape: [1], bytes: new Uint8Array(ITEM_BYTES[dtype]).fill(1) }]),
  );
  const file = Buffer.from(encodeSafetensors(tensors));
  const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE(0))).toString());
  assert.deepEqual(
    dtypes.map((dtype) => header[dtype].dtype),
    names,
  );
  assert.deepEqual(
    [...read(file).tensors.values()].map(({ dtype }) => dtype),
    dtypes,
  );
});

test("tensors without elements may stand anywhere, also in front of others in the header", () => {
  const header = { full: entry("U8", [2], 0, 2), first: entry("F32", [0, 3], 0, 0), last: entry("F32", [0], 2, 2) };
  assert.deepEqual([...read(fileOf(header, [1, 2])).tensors.keys()], ["first", "full", "last"]);
});

test("what was written is read again, in its order, with names of every kind", () => {
  const array = (...bytes: number[]): PlainArray => ({
    dtype: "uint8",
    shape: [bytes.length],
    bytes: Uint8Array.from(bytes),
  });
  const tensors = new Map([
    ["z", array(1, 2, 3)],
    ["10", array()],
    ["2", array(4)],
    ["__proto__", array(5)],
    ['a"b\\:{é', array(6)],
    ["data_offsets", array(7)],
  ]);
  const metadata = { data_offsets: "x", "": '{"a": [1:2]}' };
  const back = read(encodeSafetensors(tensors, metadata));
  assert.deepEqual(
    [...back.tensors].map(([name, { bytes }]) => [name, [...bytes]]),
    [
      ["z", [1, 2, 3]],
      ["10", []],
      ["2", [4]],
      ["__proto__", [5]],
      ['a"b\\:{é', [6]],
      ["data_offsets", [7]],
    ],
  );
  assert.deepEqual(back.metadata, metadata);
});

test("the numbers of a written file start at a multiple of 64", () => {
  for (const name of ["a", "a".repeat(60)]) {
    const file = Buffer.from(
      encodeSafetensors(new Map([[name, { dtype: "uint8", shape: [1], bytes: Uint8Array.of(9) }]])),
    );
    assert.equal((8 + Number(file.readBigUInt64LE(0))) % 64, 0);
    assert.equal(file.at(-1), 9);
  }
});

test("a shape that disagrees with its bytes, and the name of the metadata, are not written", () => {
  const wrong = { dtype: "int16", shape: [2], bytes: new Uint8Array(3) } as const;
  assert.throws(() => encodeSafetensors(new Map([["a", { ...wrong, shape: [2] }]])), { code: "argument" });
  const array = { dtype: "uint8", shape: [0], bytes: new Uint8Array(0) } as const;
  assert.throws(() => encodeSafetensors(new Map([["__metadata__", { ...array, shape: [0] }]])), { code: "argument" });
});

test("overlaps, gaps, and bytes that belong to no tensor are damage", () => {
  const files = {
    overlap: fileOf({ a: entry("U8", [3], 0, 3), b: entry("U8", [2], 2, 4) }, [1, 2, 3, 4]),
    gap: fileOf({ a: entry("U8", [1], 0, 1), b: entry("U8", [2], 2, 4) }, [1, 2, 3, 4]),
    "gap at the start": fileOf({ a: entry("U8", [3], 1, 4) }, [1, 2, 3, 4]),
    "same bytes twice": fileOf({ a: entry("U8", [4], 0, 4), b: entry("U8", [4], 0, 4) }, [1, 2, 3, 4]),
    rest: fileOf({ a: entry("U8", [3], 0, 3) }, [1, 2, 3, 4]),
    backwards: fileOf({ a: entry("U8", [1], 4, 3) }, [1, 2, 3, 4]),
    "shape too large": fileOf({ a: entry("U8", [5], 0, 4) }, [1, 2, 3, 4]),
    "shape beyond counting": fileOf({ a: entry("U8", [2 ** 52, 2 ** 52], 0, 4) }, [1, 2, 3, 4]),
  };
  for (const [what, file] of Object.entries(files)) assert.throws(() => read(file), { code: "file-damaged" }, what);
});

test("two tensors of one name are damage, even where the second is written with escapes", () => {
  const one = JSON.stringify(entry("U8", [1], 0, 1));
  for (const file of [
    fileOf(`{"a": ${one}, "a": ${one}}`, [1]),
    fileOf(`{"a": ${one}, "\\u0061": ${one.replace("data_offsets", "data\\u005foffsets")}}`, [1]),
  ])
    assert.throws(() => read(file), { code: "file-damaged", message: /names a tensor twice/ });
});

test("a header length of 2^63 is hostile", () => {
  const file = Buffer.from(valid);
  file.writeBigUInt64LE(2n ** 63n, 0);
  assert.throws(() => read(file), { code: "file-hostile", message: /header claims 9223372036854775808 bytes/ });
});

test("a header that is no JSON, or has other entries, is damage", () => {
  for (const header of ["{", "{]", '{"a": 1}', '{"a": {"dtype": "U8"}}', '{"__metadata__": {"a": 1}}'])
    assert.throws(() => read(fileOf(header.padEnd(16), [])), { code: "file-damaged" }, header);
  const extra = { a: { ...entry("U8", [1], 0, 1), more: 1 } };
  assert.throws(() => read(fileOf(extra, [1])), { code: "file-damaged", message: /entry "a" is malformed/ });
});

test("an unknown dtype is named", () => {
  assert.throws(() => read(fileOf({ a: entry("F8_E4M3", [1], 0, 1) }, [1])), { message: /unknown dtype "F8_E4M3"/ });
});

test("other files are foreign, by name", () => {
  assert.throws(() => read(Buffer.from("PK\x03\x04aaaaaaaa")), { code: "file-foreign", message: /zip archive/ });
});

test("a truncated file is refused at every length", () =>
  assertRefusesTruncation(valid, read, ["file-damaged", "file-foreign"]));

test("damaged files give an error of ours or a value", () => assertSurvivesDamage(valid, read));
