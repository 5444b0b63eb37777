import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { numbersOf } from "../../src/formats/array.ts";
import { writeNpy } from "../../src/formats/npy.ts";
import { readNpz, readNpzHeaders } from "../../src/formats/npz.ts";
import { noOracle, oracle } from "../oracle.ts";
import { zipOf } from "./archives.ts";
import { assertRefusesTruncation, assertSurvivesDamage } from "./mutations.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-npz-"));
const path = join(folder, "a.npz");
after(() => rmSync(folder, { recursive: true, force: true }));

const images = writeNpy({ dtype: "uint8", shape: [2, 3], bytes: Uint8Array.of(1, 2, 3, 4, 5, 6) });
const labels = writeNpy({ dtype: "int16", shape: [2], bytes: Uint8Array.of(7, 0, 8, 0) });
const valid = zipOf([
  { name: "images.npy", data: images },
  { name: "labels.npy", data: labels, packed: true },
  { name: "note.txt", data: Buffer.from("no array") },
]);

async function read(bytes: Uint8Array, names: readonly string[] = ["images", "labels"], limitBytes = 10_000) {
  writeFileSync(path, bytes);
  return readNpz(path, names, limitBytes);
}

test("arrays are read, stored and packed, by their names without .npy", async () => {
  const arrays = await read(valid);
  assert.deepEqual([...arrays.keys()], ["images", "labels"]);
  assert.deepEqual(arrays.get("images")!.shape, [2, 3]);
  assert.deepEqual([...numbersOf(arrays.get("labels")!)], [7, 8]);
});

test("arrays that are asked for are read alone, in the order asked", async () => {
  assert.deepEqual([...(await read(valid, ["labels"])).keys()], ["labels"]);
  assert.deepEqual([...(await read(valid, ["labels", "images"])).keys()], ["labels", "images"]);
});

test("an array that is not there is an error that names those that are", async () => {
  await assert.rejects(read(valid, ["label"]), {
    code: "file-foreign",
    message: /no array "label"; it has images, labels/,
  });
});

test("the limit holds for all arrays together, before any is read", async () => {
  const bytes = images.length + labels.length;
  assert.equal((await read(valid, undefined, bytes)).size, 2);
  await assert.rejects(read(valid, undefined, bytes - 1), {
    code: "file-hostile",
    message: /its arrays have \d+ bytes/,
  });
});

test("headers come with the place of the numbers in the file, where they are stored", async () => {
  writeFileSync(path, valid);
  const headers = await readNpzHeaders(path);
  const { dtype, shape, dataBytes, offset } = headers.get("images")!;
  assert.deepEqual([dtype, shape, dataBytes], ["uint8", [2, 3], 6]);
  assert.deepEqual([...readFileSync(path).subarray(offset, offset! + 6)], [1, 2, 3, 4, 5, 6]);
  assert.equal(headers.get("labels")!.offset, undefined);
});

test("headers are checked against the sizes of their members", async () => {
  writeFileSync(path, zipOf([{ name: "a.npy", data: images.subarray(0, -1) }]));
  await assert.rejects(readNpzHeaders(path), { code: "file-damaged", message: /a\.npz: a\.npy: truncated/ });
});

test("a zip without arrays, and other files, are foreign", async () => {
  await assert.rejects(read(zipOf([{ name: "archive/data.pkl", data: Buffer.of(1) }])), {
    code: "file-foreign",
    message: /a zip archive without NumPy arrays/,
  });
  await assert.rejects(read(images), {
    code: "file-foreign",
    message: /is a NumPy array \(\.npy\), not a zip archive/,
  });
});

test("object arrays and wrong dtypes are refused by member", async () => {
  const objects = Buffer.from(Buffer.from(images).toString("latin1").replace("'|u1'", "'|O' "), "latin1");
  await assert.rejects(read(zipOf([{ name: "a.npy", data: objects }]), ["a"]), {
    code: "file-hostile",
    message: /a\.npz: a\.npy: holds Python objects/,
  });
});

test("a truncated file is refused at every length", () => assertRefusesTruncation(valid, (bytes) => read(bytes)));

test("damaged files give an error of ours or a value", () =>
  assertSurvivesDamage(valid, async (bytes) => {
    await read(bytes);
    await readNpzHeaders(path);
  }));

test("what numpy writes is read, packed and not", { skip: noOracle }, async () => {
  const script = `
import io, json, base64, numpy
files = []
for save in (numpy.savez, numpy.savez_compressed):
    file = io.BytesIO()
    save(file, x=numpy.arange(6, dtype=numpy.float32).reshape(2, 3), y=numpy.array(3))
    files.append(base64.b64encode(file.getvalue()).decode())
print(json.dumps(files))`;
  for (const file of JSON.parse(oracle(script)) as string[]) {
    const arrays = await read(Buffer.from(file, "base64"), ["x", "y"]);
    assert.deepEqual([...numbersOf(arrays.get("x")!)], [0, 1, 2, 3, 4, 5]);
    assert.deepEqual([arrays.get("y")!.dtype, arrays.get("y")!.shape], ["int64", []]);
  }
});
