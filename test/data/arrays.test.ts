/** Arrays of other programs: .npz and .npy, stored and packed, and clear refusals. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type ArraysOptions, loadArrays } from "../../src/data/arrays.ts";
import type { PictureSet } from "../../src/data/picture-set.ts";
import type { ArrayDtype } from "../../src/formats/array.ts";
import { writeNpy } from "../../src/formats/npy.ts";
import { zipOf } from "../formats/archives.ts";
import { noOracle, oracle } from "../oracle.ts";
import { withFreeSpace } from "./free-space.ts";
import { noise, temporaryFolder, writeFiles } from "./samples.ts";

const pictures = (count: number, channels: 1 | 3 = 3, name = "train") =>
  Buffer.concat(
    Array.from({ length: count }, (_, index) => noise({ height: 4, width: 4, channels }, name, index).bytes),
  );
const uint8 = (shape: number[], bytes: Uint8Array) => writeNpy({ dtype: "uint8", shape, bytes });
const int64 = (labels: readonly number[]) => {
  const values = BigInt64Array.from(labels, BigInt);
  return writeNpy({ dtype: "int64", shape: [labels.length], bytes: new Uint8Array(values.buffer) });
};
const npz = (arrays: Readonly<Record<string, Uint8Array>>, packed = false) =>
  zipOf(Object.entries(arrays).map(([name, data]) => ({ name: `${name}.npy`, data, packed })));

const train = { image: uint8([6, 4, 4, 3], pictures(6)), label: int64([0, 1, 2, 0, 1, 2]) };
const held = { image: uint8([3, 4, 4, 3], pictures(3, 3, "held")), label: int64([2, 1, 0]) };

async function load(
  files: Readonly<Record<string, Uint8Array>>,
  options: Partial<ArraysOptions> = {},
  dataFolder = temporaryFolder(),
) {
  const folder = writeFiles(temporaryFolder(), files);
  const inside = (side: ArraysOptions["train"]) =>
    typeof side === "string"
      ? join(folder, side)
      : { pictures: join(folder, side.pictures), labels: join(folder, side.labels) };
  const { train = "train.npz", test = "test.npz" } = options;
  return loadArrays({ kind: "arrays", train: inside(train), test: inside(test) }, dataFolder, {});
}

function pictureAt(set: PictureSet, index: number): Uint8Array {
  const bytes = new Uint8Array(set.store.pictureBytes);
  set.store.readInto(index, bytes, 0);
  return bytes;
}

test("a stored .npz is read where it lies, packed ones and pairs of .npy give the same digests", async () => {
  const dataFolder = temporaryFolder();
  const stored = await load({ "train.npz": npz(train), "test.npz": npz(held) }, {}, dataFolder);
  assert.deepEqual(
    readdirSync(join(dataFolder, "cache")).filter((name) => name.endsWith(".npy")),
    [],
  );
  const packed = await load({ "train.npz": npz(train, true), "test.npz": npz(held, true) });
  const pairs = await load(
    { "x.npy": train.image, "y.npy": train.label, "u.npy": held.image, "v.npy": held.label },
    { train: { pictures: "x.npy", labels: "y.npy" }, test: { pictures: "u.npy", labels: "v.npy" } },
  );
  for (const { train, test } of [packed, pairs])
    assert.deepEqual([train.digest, test.digest], [stored.train.digest, stored.test.digest]);
  assert.deepEqual([...stored.test.labels], [2, 1, 0]);
  assert.deepEqual(pictureAt(packed.train, 5), noise({ height: 4, width: 4, channels: 3 }, "train", 5).bytes);
  assert.deepEqual(stored.classes, ["0", "1", "2"]);
});

test("packed pictures are unpacked into the cache once", async () => {
  const folder = writeFiles(temporaryFolder(), { "train.npz": npz(train, true), "test.npz": npz(held) });
  const dataFolder = temporaryFolder();
  const options = { kind: "arrays", train: join(folder, "train.npz"), test: join(folder, "test.npz") } as const;
  const notes: string[] = [];
  const report = (progress: { kind: string; text?: string }) => notes.push(progress.text ?? "");
  await loadArrays(options, dataFolder, { report });
  await loadArrays(options, dataFolder, { report });
  assert.equal(notes.filter((text) => text.includes("unpacking")).length, 1);
  utimesSync(join(folder, "train.npz"), 1, 1);
  await loadArrays(options, dataFolder, { report });
  assert.equal(notes.filter((text) => text.includes("unpacking")).length, 2);
});

test("packed pictures that the disk has no room for are refused before any is unpacked", async () => {
  const dataFolder = temporaryFolder();
  const files = { "train.npz": npz(train, true), "test.npz": npz(held) };
  const bytes = train.image.length;
  await assert.rejects(
    withFreeSpace(bytes - 1, () => load(files, {}, dataFolder)),
    { code: "file-system", message: /cache: has 0 KB free, .*train\.npz unpacked takes 0 KB\. Free some space/ },
  );
  assert.deepEqual(readdirSync(dataFolder, { recursive: true }), ["cache"]);
  assert.equal((await withFreeSpace(bytes, () => load(files, {}, dataFolder))).train.count, 6);
});

for (const [picturesName, labelsName] of [
  ["image", "label"],
  ["images", "labels"],
  ["x", "y"],
] as const)
  test(`the names ${picturesName} and ${labelsName} are known`, async () => {
    const rename = ({ image, label }: typeof train) => npz({ [picturesName]: image, [labelsName]: label });
    assert.equal((await load({ "train.npz": rename(train), "test.npz": rename(held) })).train.count, 6);
  });

test("[N,H,W] and [N,H,W,1] are grey pictures", async () => {
  const grey = (shape: number[], count: number) => uint8([count, 4, 4, ...shape], pictures(count, 1));
  const { train: set, mean } = await load({
    "train.npz": npz({ x: grey([], 4), y: int64([0, 1, 0, 1]) }),
    "test.npz": npz({ x: grey([1], 2), y: int64([0, 1]) }),
  });
  assert.deepEqual([set.channels, mean.length], [1, 1]);
});

const labelArrays: [ArrayDtype, ArrayBufferView][] = [
  ["uint8", Uint8Array.of(0, 1, 2, 0, 1, 2)],
  ["int16", Int16Array.of(0, 1, 2, 0, 1, 2)],
  ["int32", Int32Array.of(0, 1, 2, 0, 1, 2)],
  ["uint64", BigUint64Array.of(0n, 1n, 2n, 0n, 1n, 2n)],
];
for (const [dtype, view] of labelArrays)
  for (const shape of [[6], [6, 1]])
    test(`labels may be ${dtype}[${shape}]`, async () => {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      const files = { image: train.image, label: writeNpy({ dtype, shape, bytes }) };
      const { train: set } = await load({ "train.npz": npz(files), "test.npz": npz(held) });
      assert.deepEqual([...set.labels], [0, 1, 2, 0, 1, 2]);
    });

test("mean and deviation are found once and kept in a note", async () => {
  const folder = writeFiles(temporaryFolder(), {
    "a.npz": npz({ x: uint8([2, 4, 4], new Uint8Array(32).fill(255, 16)), y: int64([0, 1]) }),
  });
  const dataFolder = temporaryFolder();
  const options = { kind: "arrays", train: join(folder, "a.npz"), test: join(folder, "a.npz") } as const;
  const first = await loadArrays(options, dataFolder, {});
  assert.deepEqual([first.mean, first.deviation], [[0.5], [0.5]]);
  assert.deepEqual((await loadArrays(options, dataFolder, {})).mean, [0.5]);
  assert.ok(existsSync(join(dataFolder, "cache")));
});

const inColumnOrder = Buffer.from(Buffer.from(train.image).toString("latin1").replace("False", "True "), "latin1");
const floats = writeNpy({ dtype: "float32", shape: [6], bytes: new Uint8Array(24) });
const refused: Record<string, [files: Readonly<Record<string, Uint8Array>>, code: string, message: RegExp]> = {
  "pictures of floats": [
    { image: writeNpy({ dtype: "float32", shape: [1, 4, 4, 3], bytes: new Uint8Array(192) }), label: int64([0]) },
    "file-foreign",
    /image: holds float32\[1,4,4,3\], not pictures as uint8 .*astype\(np\.uint8\)/,
  ],
  "channels before rows": [
    { image: uint8([6, 3, 4, 4], pictures(6)), label: train.label },
    "file-foreign",
    /the channels come first\. Save it with np\.moveaxis/,
  ],
  "two channels": [
    { image: uint8([6, 4, 6, 2], pictures(6)), label: train.label },
    "file-foreign",
    /holds uint8\[6,4,6,2\], not pictures/,
  ],
  "columns before rows": [
    { image: inColumnOrder, label: train.label },
    "file-foreign",
    /column-major order\. Save it with np\.ascontiguousarray/,
  ],
  "labels of floats": [{ image: train.image, label: floats }, "file-foreign", /label: holds float32\[6\], not whole/],
  "more labels than pictures": [{ image: train.image, label: int64([0, 1]) }, "data", /holds 2 labels for 6 pictures/],
  "labels below 0": [{ image: train.image, label: int64([0, 1, -1, 0, 1, 2]) }, "data", /label 2 is -1; classes/],
  "a class without pictures": [
    { image: train.image, label: int64([0, 1, 3, 0, 1, 3]) },
    "data",
    /has labels up to 3, but no pictures of 1 of those classes \(2\)/,
  ],
  "a label of the test that training does not have": [
    { image: train.image, label: int64([0, 1, 0, 1, 0, 1]) },
    "data",
    /test\.npz: picture 0 has the label 2, but there are 2 classes/,
  ],
  "no array of labels": [
    { image: train.image, target: train.label },
    "file-foreign",
    /has no array of labels \("label", "labels", "y"\), but "image", "target"/,
  ],
  "other sizes than the test's": [
    { image: uint8([6, 8, 2, 3], pictures(6)), label: train.label },
    "data",
    /training pictures are 8x2x3, those for the test 4x4x3/,
  ],
};
for (const [what, [arrays, code, message]] of Object.entries(refused))
  test(`${what}: refused`, async () => {
    await assert.rejects(load({ "train.npz": npz(arrays), "test.npz": npz(held) }), { code, message });
  });

test("one class only: refused", async () => {
  const single = npz({ image: train.image, label: int64([0, 0, 0, 0, 0, 0]) });
  await assert.rejects(load({ "train.npz": single, "test.npz": single }), { code: "data", message: /has one class/ });
});

test("a missing file is refused, and named", async () => {
  await assert.rejects(load({ "train.npz": npz(train) }), { code: "file-missing", message: /test\.npz/ });
});

test("what NumPy saves is read, packed and not", { skip: noOracle }, async () => {
  const folder = temporaryFolder();
  oracle(`
import numpy as np
x = np.arange(4 * 8 * 8 * 3).reshape(4, 8, 8, 3).astype(np.uint8)
np.savez("${folder}/train.npz", image=x, label=np.array([0, 1, 1, 0]))
np.savez_compressed("${folder}/test.npz", image=x[::-1].copy(), label=np.array([0, 1, 1, 0], np.int8))`);
  const options = { kind: "arrays", train: join(folder, "train.npz"), test: join(folder, "test.npz") } as const;
  const { train, test } = await loadArrays(options, temporaryFolder(), {});
  assert.deepEqual([...pictureAt(train, 2).subarray(0, 2)], [(2 * 192) % 256, (2 * 192 + 1) % 256]);
  assert.deepEqual(pictureAt(test, 1), pictureAt(train, 2));
  assert.deepEqual([...test.labels], [0, 1, 1, 0]);
});
