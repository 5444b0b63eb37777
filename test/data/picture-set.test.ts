import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { countClasses, createDataSet, createPictureSet } from "../../src/data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../../src/data/picture-store.ts";

interface SetOptions {
  side?: number;
  width?: number;
  channels?: 1 | 3;
  fill?: number;
}

function setOf(labels: readonly number[], { side = 8, width = side, channels = 1, fill = 0 }: SetOptions = {}) {
  const pictureBytes = side * width * channels;
  const bytes = allocatePictures(labels.length, pictureBytes);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (at + fill) % 256;
  return createPictureSet({
    name: "test",
    shape: { height: side, width, channels },
    store: new MemoryStore(bytes, pictureBytes),
    labels: Uint16Array.from(labels),
    classCount: 3,
  });
}
const parts = { name: "test", classes: ["a", "b"], mean: [0.5], deviation: [0.5] };

test("the digest is the sha256 of shape, count, labels and bytes", () => {
  const { digest } = setOf([2, 0], { side: 1 });
  const expected = createHash("sha256")
    .update("1x1x1:2\n")
    .update(Uint8Array.of(2, 0, 0, 0, 0, 1))
    .digest("hex");
  assert.equal(digest, expected); // labels of 16 bits, the low byte first; then the pictures 0 and 1
});

test("the digest changes with a label, a byte, the shape, and the order", () => {
  const digests = [
    setOf([0, 1]),
    setOf([0, 2]),
    setOf([1, 0]),
    setOf([0, 1], { fill: 1 }),
    setOf([0, 1], { side: 4, width: 16 }),
    setOf([0, 1], { side: 16, width: 4 }),
  ].map(({ digest }) => digest);
  assert.equal(new Set(digests).size, digests.length);
});

test("labels of no class, too few labels and no pictures are refused", () => {
  assert.throws(() => setOf([0, 3]), { code: "data", message: /picture 1 has the label 3, but there are 3 classes/ });
  assert.throws(() => setOf([]), { code: "data", message: /holds no pictures/ });
  const store = new MemoryStore(allocatePictures(2, 1), 1);
  const shape = { height: 1, width: 1, channels: 1 } as const;
  assert.throws(() => createPictureSet({ name: "test", shape, store, labels: Uint16Array.of(0), classCount: 1 }), {
    code: "data",
    message: /2 pictures and 1 labels/,
  });
});

test("padding before a crop is an eighth of the side: 4 at 32, 8 at 64, 28 at 224", () => {
  const paddings = [32, 64, 224, 28, 96].map((side) => {
    const set = setOf([0, 1], { side });
    return createDataSet({ ...parts, train: set, test: set }).cropPadding;
  });
  assert.deepEqual(paddings, [4, 8, 28, 4, 12]); // 28 / 8 = 3.5, rounded half up
});

test("parts of different shapes, one class, and training pictures of one brightness are refused", () => {
  const [train, grey] = [setOf([0, 1]), setOf([0, 1], { channels: 3 })];
  assert.throws(() => createDataSet({ ...parts, train, test: grey }), { code: "data", message: /8x8x1.* 8x8x3/ });
  assert.throws(() => createDataSet({ ...parts, classes: ["a"], train, test: train }), {
    code: "data",
    message: /one class/,
  });
  assert.throws(() => createDataSet({ ...parts, deviation: [0], train, test: train }), {
    code: "data",
    message: /one brightness/,
  });
  const wide = setOf([0, 1], { side: 4, width: 8 });
  assert.throws(() => createDataSet({ ...parts, train: wide, test: wide }), { code: "data", message: /4x8; networks/ });
});

test("pictures are counted class by class", () => {
  assert.deepEqual(countClasses(Uint16Array.of(2, 0, 2, 2), 4), [1, 0, 3, 0]);
});
