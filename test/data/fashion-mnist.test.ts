import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { fashionMnist } from "../../src/data/fashion-mnist.ts";
import { idx } from "../tiny-data.ts";
import { temporaryFolder, writeFiles } from "./samples.ts";

const pixels = (count: number) => Uint8Array.from({ length: count * 784 }, (_, at) => (at * 7) % 256);
const files = {
  "train-images-idx3-ubyte": idx([4, 28, 28], pixels(4)),
  "train-labels-idx1-ubyte": idx([4], Uint8Array.of(3, 1, 4, 9)),
  "t10k-images-idx3-ubyte": idx([2, 28, 28], pixels(2)),
  "t10k-labels-idx1-ubyte": idx([2], Uint8Array.of(0, 9)),
};
const read = (folder: string) => fashionMnist.read(folder, "", {});

test("the files are read packed and unpacked, to the same pictures", async () => {
  const plain = await read(writeFiles(temporaryFolder(), files));
  const packed = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]));
  const unpacked = await read(writeFiles(temporaryFolder(), packed));
  assert.equal(plain.train.digest, unpacked.train.digest);
  assert.deepEqual([...plain.train.labels], [3, 1, 4, 9]);
  const picture = new Uint8Array(784);
  plain.train.store.readInto(3, picture, 0);
  assert.deepEqual([...picture.subarray(0, 2)], [(3 * 784 * 7) % 256, ((3 * 784 + 1) * 7) % 256]);
});

test("padding before a crop is an eighth of the side, rounded", async () => {
  const { cropPadding } = await read(writeFiles(temporaryFolder(), files));
  assert.equal(cropPadding, 4); // 28 / 8 = 3.5
});

const refused: Record<string, [file: string, bytes: Uint8Array, code: string, message: RegExp]> = {
  "pictures of another size": [
    "t10k-images-idx3-ubyte",
    idx([2, 32, 32], new Uint8Array(2048)),
    "file-foreign",
    /holds uint8\[2,32,32\], not uint8\[n,28,28\]/,
  ],
  "labels in place of pictures": [
    "train-images-idx3-ubyte",
    idx([4], new Uint8Array(4)),
    "file-foreign",
    /holds uint8\[4\]/,
  ],
  "more labels than pictures": [
    "train-labels-idx1-ubyte",
    idx([5], new Uint8Array(5)),
    "data",
    /4 pictures and 5 labels/,
  ],
  "a label of no class": [
    "train-labels-idx1-ubyte",
    idx([4], Uint8Array.of(0, 1, 2, 10)),
    "data",
    /picture 3 has the label 10, but there are 10 classes/,
  ],
  "a truncated file": [
    "t10k-images-idx3-ubyte",
    idx([2, 28, 28], pixels(1)),
    "file-damaged",
    /t10k-images-idx3-ubyte: /,
  ],
};
for (const [what, [file, bytes, code, message]] of Object.entries(refused))
  test(`${what} is refused`, async () => {
    await assert.rejects(read(writeFiles(temporaryFolder(), { ...files, [file]: bytes })), { code, message });
  });

test("where one of its files is missing it is named", async () => {
  const { "t10k-labels-idx1-ubyte": _, ...others } = files;
  await assert.rejects(read(writeFiles(temporaryFolder(), others)), {
    code: "file-missing",
    message: /t10k-labels-idx1-ubyte: is missing/,
  });
});
