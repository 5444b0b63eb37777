import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { numbersOf } from "../../src/formats/array.ts";
import { npyHeader, parseDescriptor, readNpy, readNpyFileHeader, writeNpy } from "../../src/formats/npy.ts";
import { noOracle, oracle } from "../oracle.ts";
import { assertRefusesTruncation, assertSurvivesDamage } from "./mutations.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-npy-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A file with this header text, as numpy.lib.format lays it out, but without its padding. */
function npyOf(header: string, data: readonly number[], version = 1): Buffer {
  const length =
    version === 1 ? [header.length & 255, header.length >> 8] : [header.length & 255, header.length >> 8, 0, 0];
  return Buffer.from([...Buffer.from("\x93NUMPY", "latin1"), version, 0, ...length, ...Buffer.from(header), ...data]);
}
const headerOf = (descriptor: string, shape: string, fortran = "False") =>
  `{'descr': '${descriptor}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const read = (bytes: Uint8Array) => readNpy(bytes, "a.npy");
const valid = npyOf(headerOf("<u2", "(2, 3)"), [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]);

test("an array has the dtype, the shape and the numbers of its file", () => {
  const array = read(valid);
  assert.equal(array.dtype, "uint16");
  assert.deepEqual(array.shape, [2, 3]);
  assert.deepEqual([...numbersOf(array)], [1, 2, 3, 4, 5, 6]);
});

test("column-major files come in row-major order", () => {
  const array = read(npyOf(headerOf("|u1", "(2, 3)", "True"), [1, 4, 2, 5, 3, 6]));
  assert.deepEqual([...array.bytes], [1, 2, 3, 4, 5, 6]);
  const cube = read(npyOf(headerOf("|u1", "(2, 2, 2)", "True"), [1, 5, 3, 7, 2, 6, 4, 8]));
  assert.deepEqual([...cube.bytes], [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("big-endian files come little-endian, and the file's own bytes stay", () => {
  const bytes = npyOf(headerOf(">i2", "(2,)"), [0, 1, 255, 254]);
  const copy = Buffer.from(bytes);
  assert.deepEqual([...numbersOf(read(bytes))], [1, -2]);
  assert.deepEqual(bytes, copy);
});

test("a single number, an empty array and the long integers of Python 2 are shapes", () => {
  assert.deepEqual(read(npyOf(headerOf("|b1", "()"), [1])).shape, []);
  assert.deepEqual(read(npyOf(headerOf("<f8", "(0, 3)"), [])).shape, [0, 3]);
  assert.deepEqual(read(npyOf(headerOf("|i1", "(2L, 1L)"), [1, 2])).shape, [2, 1]);
});

test("versions 2 and 3 have a longer header", () => {
  for (const version of [2, 3]) assert.deepEqual([...read(npyOf(headerOf("|u1", "(1,)"), [7], version)).bytes], [7]);
});

test("descriptors of numbers are known in every spelling, others are not", () => {
  assert.deepEqual(parseDescriptor("<f4"), { dtype: "float32", bigEndian: false });
  assert.deepEqual(parseDescriptor(">f2"), { dtype: "float16", bigEndian: true });
  assert.deepEqual(parseDescriptor(">u1"), { dtype: "uint8", bigEndian: false });
  assert.deepEqual(parseDescriptor("i8"), { dtype: "int64", bigEndian: false });
  for (const other of ["<c8", "<U5", "|S3", "|V4", "|O", "<M8[ns]", "f4x", ""])
    assert.equal(parseDescriptor(other), undefined, other);
});

test("object arrays are refused as hostile, with the remedy", () => {
  for (const descriptor of ["|O", "O", "|O8"])
    assert.throws(() => read(npyOf(headerOf(descriptor, "(1,)"), [0])), {
      code: "file-hostile",
      message: /Python objects.*allow_pickle=False/,
    });
});

test("other dtypes are foreign, by name", () => {
  assert.throws(() => read(npyOf(headerOf("<c8", "(1,)"), [])), { code: "file-foreign", message: /dtype "<c8"/ });
  const structured = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }";
  assert.throws(() => read(npyOf(structured, [])), { code: "file-foreign", message: /a structured dtype/ });
});

test("a header that claims too much is hostile, in length and in shape", () => {
  const long = Buffer.from(valid);
  long[6] = 2;
  long.writeUInt32LE(0x7fffffff, 8);
  assert.throws(() => read(long), { code: "file-hostile", message: /header claims 2147483647 bytes/ });
  for (const shape of ["(9223372036854775808,)", "(1048576, 1048576, 1048576)", "(0, 9007199254740993)"])
    assert.throws(() => read(npyOf(headerOf("<f8", shape), [])), {
      code: "file-hostile",
      message: /beyond any memory/,
    });
});

test("a header that is none is damage", () => {
  for (const header of [
    "",
    "{}",
    "{'descr': '<f4', 'shape': (1,)}",
    headerOf("<f4", "(1 2,)"),
    headerOf("<f4", "(-1,)"),
  ])
    assert.throws(() => read(npyOf(header, [0, 0, 0, 0])), { code: /file-(damaged|hostile)/ }, header);
  const version = Buffer.from(valid);
  version[6] = 9;
  assert.throws(() => read(version), { code: "file-damaged", message: /format version 9/ });
});

test("the header of a file is read without its numbers, and checked against its size", () => {
  const path = join(folder, "a.npy");
  writeFileSync(path, valid);
  const { dataOffset, dataBytes, fortran, bigEndian } = readNpyFileHeader(path);
  assert.deepEqual([dataOffset, dataBytes, fortran, bigEndian], [valid.length - 12, 12, false, false]);
  writeFileSync(path, valid.subarray(0, -1));
  assert.throws(() => readNpyFileHeader(path), {
    code: "file-damaged",
    message: /a\.npy: truncated: uint16\[2,3\] takes/,
  });
  writeFileSync(path, Buffer.concat([valid, Buffer.of(0)]));
  assert.throws(() => readNpyFileHeader(path), { code: "file-damaged", message: /has bytes after its array/ });
});

test("numbers of a written file start at a multiple of 64, after a line feed", () => {
  for (const shape of [[], [3], [50000, 32, 32, 3]]) {
    const header = npyHeader("uint8", shape);
    assert.equal(header.length % 64, 0);
    assert.equal(header.at(-1), 10);
  }
});

test("what was written is read again", () => {
  const array = { dtype: "float32", shape: [2, 1], bytes: Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64) } as const;
  const back = read(writeNpy({ ...array, shape: [2, 1] }));
  assert.deepEqual([back.dtype, back.shape, [...numbersOf(back)]], ["float32", [2, 1], [1, 2]]);
});

test("bfloat16, which numpy has not, and shapes that disagree are not written", () => {
  assert.throws(() => npyHeader("bfloat16", [1]), { code: "argument" });
  assert.throws(() => writeNpy({ dtype: "int16", shape: [2], bytes: new Uint8Array(3) }), { code: "argument" });
});

test("a truncated file is refused at every length", () => assertRefusesTruncation(valid, read));

test("damaged files give an error of ours or a value", () => assertSurvivesDamage(valid, read));

test("numpy reads what we write, and we read what numpy writes", { skip: noOracle }, () => {
  const ours = writeNpy({ dtype: "int16", shape: [2, 2], bytes: Uint8Array.of(1, 0, 2, 0, 3, 0, 255, 255) });
  const script = `
import sys, io, json, base64, numpy
ours = numpy.load(io.BytesIO(base64.b64decode(sys.stdin.read())))
file = io.BytesIO()
numpy.save(file, numpy.asfortranarray(numpy.arange(6, dtype=">f4").reshape(2, 3)))
print(json.dumps([str(ours.dtype), ours.tolist(), base64.b64encode(file.getvalue()).decode()]))`;
  const [dtype, numbers, theirs] = JSON.parse(oracle(script, Buffer.from(ours).toString("base64")));
  assert.deepEqual(
    [dtype, numbers],
    [
      "int16",
      [
        [1, 2],
        [3, -1],
      ],
    ],
  );
  const array = read(Buffer.from(theirs, "base64"));
  assert.deepEqual([array.dtype, array.shape, [...numbersOf(array)]], ["float32", [2, 3], [0, 1, 2, 3, 4, 5]]);
});
