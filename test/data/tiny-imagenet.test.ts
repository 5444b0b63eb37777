/** Tiny ImageNet of three classes, in the official form and in the one that many programs make of it. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tinyImageNet } from "../../src/data/tiny-imagenet.ts";
import { jpeg, noise, plain, temporaryFolder, writeFiles } from "./samples.ts";

const ids = ["n02000000", "n01000000", "n03000000"];
const picture = (name: string) => jpeg(noise({ height: 64, width: 64, channels: 3 }, name));

const train: Record<string, Uint8Array | string> = {};
for (const id of ids) for (const k of [0, 1]) train[`train/${id}/images/${id}_${k}.JPEG`] = await picture(`${id} ${k}`);
for (const id of ids) train[`train/${id}/${id}_boxes.txt`] = "boxes\n";
train["train/n03000000/images/n03000000_2.JPEG"] = await jpeg(plain(64, 64, 77));
const held = await Promise.all([0, 1, 2, 3].map((number) => picture(`val ${number}`)));
const heldIds = ["n03000000", "n01000000", "n02000000", "n01000000"];

const annotations = heldIds.map((id, number) => `val_${number}.JPEG\t${id}\t0\t0\t63\t63\n`).join("");
const official = {
  ...train,
  ...Object.fromEntries(held.map((bytes, number) => [`val/images/val_${number}.JPEG`, bytes])),
  "val/val_annotations.txt": annotations,
  "wnids.txt": `${ids.join("\n")}\n`,
};
const rearranged = {
  ...train,
  ...Object.fromEntries(held.map((bytes, number) => [`val/${heldIds[number]}/images/val_${number}.JPEG`, bytes])),
  "val/val_annotations.txt": annotations,
};
const dataFolder = temporaryFolder();
const read = (files: Readonly<Record<string, Uint8Array | string>>) =>
  tinyImageNet.read(writeFiles(temporaryFolder(), files), dataFolder, {});

test("classes are numbered by the order of the sorted WordNet ids, not by that of wnids.txt", async () => {
  const { classes, train, test } = await read(official);
  assert.deepEqual(classes, ["n01000000", "n02000000", "n03000000"]);
  assert.deepEqual([...train.labels], [0, 0, 1, 1, 2, 2, 2]);
  assert.deepEqual([...test.labels], [0, 0, 1, 2]);
});

test("grey pictures become coloured ones", async () => {
  const { train } = await read(official);
  const bytes = new Uint8Array(64 * 64 * 3);
  train.store.readInto(6, bytes, 0);
  assert.deepEqual([train.channels, ...new Set(bytes)], [3, 77]);
});

test("the rearranged form has the same digests as the official one", async () => {
  const [a, b] = [await read(official), await read(rearranged)];
  assert.deepEqual([a.train.digest, a.test.digest], [b.train.digest, b.test.digest]);
});

test("an empty val/images beside the class folders is passed over", async () => {
  const folder = writeFiles(temporaryFolder(), rearranged);
  mkdirSync(join(folder, "val/images"));
  assert.equal((await tinyImageNet.read(folder, dataFolder, {})).test.count, 4);
});

test("its statistics are ImageNet's, its padding is 8", async () => {
  const { mean, deviation, cropPadding } = await read(official);
  assert.deepEqual([mean, deviation, cropPadding], [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225], 8]);
});

test("a picture without an annotation is refused, and named", async () => {
  const files = { ...official, "val/images/val_9.JPEG": held[0]! };
  await assert.rejects(read(files), { code: "data", message: /says nothing of 1 of the pictures \(images\/val_9/ });
});

test("an annotation of an unknown class is refused, with its line", async () => {
  const files = { ...official, "val/val_annotations.txt": `${annotations}val_4.JPEG\tn09999999\t0\t0\t1\t1\n` };
  await assert.rejects(read(files), { code: "file-damaged", message: /line 5 names the class "n09999999"/ });
});

test("a class without pictures for the test is refused, and named", async () => {
  const { "val/images/val_2.JPEG": _, ...files } = official as Record<string, Uint8Array | string>;
  await assert.rejects(read(files), { code: "data", message: /has no pictures of 1 of the 3 classes .*n02000000/ });
});

test("pictures of another size are refused", async () => {
  const small = await jpeg(noise({ height: 32, width: 32, channels: 3 }, "small"));
  const files = Object.fromEntries(
    Object.entries(official).map(([path, bytes]) => [path, path.endsWith(".JPEG") ? small : bytes]),
  );
  await assert.rejects(read(files), { code: "file-damaged", message: /are 32x32, where 64x64 is expected/ });
});

test("other folders with train and val are not taken for it", () => {
  const folder = writeFiles(temporaryFolder(), { "train/cat/1.png": "", "val/cat/1.png": "" });
  assert.equal(tinyImageNet.holds(folder), false);
  assert.equal(tinyImageNet.holds(join(folder, "train")), false);
});
