/** CIFAR in its four forms: the same pictures in the same order, and clear refusals. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type CifarFormat, readCifar } from "../../src/data/cifar.ts";
import { cifar10 } from "../../src/data/cifar10.ts";
import { cifar100 } from "../../src/data/cifar100.ts";
import type { PictureSet } from "../../src/data/picture-set.ts";
import {
  type CifarRecord,
  cifarBinary,
  cifarPickle,
  cifarRecords,
  tarGzOf,
  temporaryFolder,
  writeFiles,
} from "./samples.ts";

const batches = [1, 2, 3, 4, 5].map((number) => cifarRecords(`batch ${number}`, 3, 10));
const held = cifarRecords("test", 5, 10);
const files = (encode: (records: readonly CifarRecord[]) => Buffer, ending: string) => ({
  ...Object.fromEntries(batches.map((batch, place) => [`data_batch_${place + 1}${ending}`, encode(batch)])),
  [`test_batch${ending}`]: encode(held),
});
const binary = files(cifarBinary, ".bin");
const python = files(cifarPickle, "");

const read = (place: string) => cifar10.read(place, "", {});

function pictureAt(set: PictureSet, index: number): Uint8Array {
  const bytes = new Uint8Array(set.store.pictureBytes);
  set.store.readInto(index, bytes, 0);
  return bytes;
}

test("20 pictures have the same digests in all four forms", async () => {
  const folder = temporaryFolder();
  writeFiles(join(folder, "binary"), binary);
  writeFiles(join(folder, "python"), python);
  writeFileSync(join(folder, "binary.tar.gz"), tarGzOf(binary, "cifar-10-batches-bin/"));
  writeFileSync(join(folder, "python.tar.gz"), tarGzOf(python, "cifar-10-batches-py/"));
  const sets = [];
  for (const name of ["binary", "python", "binary.tar.gz", "python.tar.gz"]) sets.push(await read(join(folder, name)));
  for (const { train, test } of sets)
    assert.deepEqual(
      [train.count, train.digest, test.count, test.digest],
      [15, sets[0]!.train.digest, 5, sets[0]!.test.digest],
    );
});

test("a picture's pixels are put together from its three planes", async () => {
  const folder = writeFiles(temporaryFolder(), binary);
  const { train } = await read(folder);
  const { planes } = batches[1]![2]!; // picture 5: the third of the second file
  const picture = pictureAt(train, 5);
  for (const pixel of [0, 1, 31, 32, 1023])
    assert.deepEqual(
      [...picture.subarray(3 * pixel, 3 * pixel + 3)],
      [planes[pixel], planes[1024 + pixel], planes[2048 + pixel]],
    );
});

test("the labels of both forms are those that were written", async () => {
  const folder = temporaryFolder();
  for (const form of [binary, python]) {
    const { train, test } = await read(writeFiles(join(folder, String(form === python)), form));
    assert.deepEqual([...train.labels], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
    assert.deepEqual([...test.labels], [0, 1, 2, 3, 4]);
  }
});

test("the order of the files in an archive does not matter", async () => {
  const folder = temporaryFolder();
  const reversed = Object.fromEntries(Object.entries(binary).reverse());
  writeFileSync(join(folder, "a.tar.gz"), tarGzOf(binary));
  writeFileSync(join(folder, "b.tar.gz"), tarGzOf(reversed));
  const [a, b] = [await read(join(folder, "a.tar.gz")), await read(join(folder, "b.tar.gz"))];
  assert.equal(a.train.digest, b.train.digest);
});

test("files of other numbers of pictures, and missing ones, leave no gaps", async () => {
  const folder = writeFiles(temporaryFolder(), {
    "data_batch_2.bin": cifarBinary(batches[1]!.slice(0, 1)),
    "data_batch_5.bin": cifarBinary(batches[4]!),
    "test_batch.bin": cifarBinary(held),
  });
  const { train } = await read(folder);
  assert.equal(train.count, 4);
  assert.equal(pictureAt(train, 1)[0], batches[4]![0]!.planes[0]);
  assert.equal(pictureAt(train, 3)[2], batches[4]![2]!.planes[2048]);
});

test("a file that comes twice in an archive, or in both forms, is refused: its pictures would count twice", async () => {
  const folder = temporaryFolder();
  for (const [name, again] of [
    ["twice", { "other/data_batch_1.bin": binary["data_batch_1.bin"]! }],
    ["both", { data_batch_1: python.data_batch_1! }],
  ] as const) {
    writeFileSync(join(folder, `${name}.tar.gz`), tarGzOf({ ...binary, ...again }));
    await assert.rejects(read(join(folder, `${name}.tar.gz`)), {
      code: "file-damaged",
      message:
        /tar\.gz: (other\/)?data_batch_1(\.bin)?: comes a second time, or in both forms; one data_batch_1 is expected/,
    });
  }
});

test("CIFAR-100 takes the fine class, in both forms", async () => {
  const folder = temporaryFolder();
  const [train, held] = [cifarRecords("train", 7, 100, true), cifarRecords("held", 2, 100, true)];
  writeFiles(join(folder, "binary"), { "train.bin": cifarBinary(train), "test.bin": cifarBinary(held) });
  const pickled = (records: CifarRecord[]) => cifarPickle(records, "fine_labels");
  writeFiles(join(folder, "python"), { train: pickled(train), test: pickled(held) });
  const [a, b] = [
    await cifar100.read(join(folder, "binary"), "", {}),
    await cifar100.read(join(folder, "python"), "", {}),
  ];
  assert.deepEqual([...a.train.labels], [0, 1, 2, 3, 4, 5, 6]);
  assert.equal(a.train.digest, b.train.digest);
  assert.equal(a.classes.length, 100);
});

test("a folder with sub-folders train and test is no CIFAR-100", () => {
  const folder = writeFiles(temporaryFolder(), { "train/a/1.png": "", "test/a/1.png": "" });
  assert.equal(cifar100.holds(folder), false);
});

const refused: Record<string, { file: string; bytes: Uint8Array; code: string; message: RegExp }> = {
  "a truncated file": {
    file: "data_batch_1.bin",
    bytes: cifarBinary(batches[0]!).subarray(0, 5000),
    code: "file-damaged",
    message: /data_batch_1\.bin: has 5000 bytes, which is no whole number of records of 3073 bytes/,
  },
  "an empty file": { file: "test_batch.bin", bytes: new Uint8Array(0), code: "file-damaged", message: /has 0 bytes/ },
  "a label of no class": {
    file: "data_batch_1.bin",
    bytes: cifarBinary(cifarRecords("wrong", 12, 11)),
    code: "file-damaged",
    message: /its picture 10 has the label 10; those of cifar10 are 0 to 9/,
  },
  "a pickle of something else": {
    file: "data_batch_1",
    bytes: Buffer.from("\x80\x02}.", "latin1"), // an empty dict
    code: "file-foreign",
    message: /not a file of cifar10: a dict with "data"/,
  },
  "a pickle of CIFAR-100": {
    file: "data_batch_1",
    bytes: cifarPickle(batches[0]!, "fine_labels"),
    code: "file-foreign",
    message: /and "labels"/,
  },
  "a truncated pickle": {
    file: "data_batch_1",
    bytes: cifarPickle(batches[0]!).subarray(0, 8000),
    code: "file-damaged",
    message: /data_batch_1/,
  },
};
for (const [what, { file, bytes, code, message }] of Object.entries(refused))
  test(`${what} is refused`, async () => {
    const folder = writeFiles(temporaryFolder(), { "test_batch.bin": cifarBinary(held), [file]: bytes });
    await assert.rejects(read(folder), { code, message });
  });

test("a folder without the test pictures says which file is missing", async () => {
  const folder = writeFiles(temporaryFolder(), { "data_batch_1.bin": cifarBinary(batches[0]!) });
  await assert.rejects(read(folder), { code: "file-missing", message: /has no test_batch\.bin, nor test_batch / });
});

/** A CIFAR of files of 3 pictures. */
const small: CifarFormat = {
  name: "small",
  classes: ["a", "b", "c"],
  train: ["one", "two"],
  test: ["three"],
  filePictures: 3,
  labelBytes: 1,
  labelKey: "labels",
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
};
for (const [form, encode, ending] of [
  ["binary", cifarBinary, ".bin"],
  ["pickled", cifarPickle, ""],
] as const) {
  test(`${form} files that are full lie side by side`, async () => {
    const [one, two, three] = ["one", "two", "three"].map((name) => cifarRecords(name, 3, 3));
    const folder = writeFiles(temporaryFolder(), {
      [`one${ending}`]: encode(one!),
      [`two${ending}`]: encode(two!),
      [`three${ending}`]: encode(three!),
    });
    const { train } = await readCifar(folder, small);
    assert.equal(train.count, 6);
    for (const [index, { planes }] of [...one!, ...two!].entries())
      assert.deepEqual([...pictureAt(train, index).subarray(0, 3)], [planes[0], planes[1024], planes[2048]]);
  });

  test(`a ${form} file of more pictures than the official one is refused`, async () => {
    const folder = writeFiles(temporaryFolder(), { [`one${ending}`]: encode(cifarRecords("many", 4, 3)) });
    await assert.rejects(readCifar(folder, small), { code: "file-damaged", message: /more than the 3 pictures/ });
  });
}

test("a pickle far larger than its pictures is refused before it is read", async () => {
  const folder = writeFiles(temporaryFolder(), { one: Buffer.alloc(200_000) });
  await assert.rejects(readCifar(folder, small), { code: "file-damaged", message: /has 200000 bytes, more than 3/ });
});
