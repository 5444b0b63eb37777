/** Pictures that a stylizer is trained on: classes, mirroring, and style pictures of any shape. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createPictureSet, type DataSet } from "../../../src/data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../../../src/data/picture-store.ts";
import { createPicture } from "../../../src/pictures/picture.ts";
import { stream } from "../../../src/random/stream.ts";
import type { StylePicture } from "../../../src/stylize/style-pictures.ts";
import { ContentPictures, StylePictures } from "../../../src/stylize/training/pictures.ts";

/** Two pictures of 2x2 pixels, of the classes 0 and 1: `value` on the left, `value` + 1 on the right. */
function twoOf(name: string, value: number): DataSet {
  const shape = { height: 2, width: 2, channels: 1 } as const;
  const bytes = allocatePictures(2, 4);
  for (const place of [0, 1]) bytes.set([value, value + 1, value, value + 1], 4 * place);
  const labels = Uint16Array.of(0, 1);
  const set = createPictureSet({ name, shape, store: new MemoryStore(bytes, 4), labels, classCount: 2 });
  return { name, train: set, test: set, classes: ["a", "b"], mean: [0.5], deviation: [0.5], cropPadding: 1 };
}

test("data sets are drawn from alike, each with classes of its own, and half of the pictures are mirrored", () => {
  const content = new ContentPictures([twoOf("first", 10), twoOf("second", 20)], "train");
  assert.equal(content.classCount, 4);
  const count = 4000;
  const { bytes, labels } = content.draw(stream(0, "test"), count, 2);
  const seen = new Map<string, number>();
  for (let place = 0; place < count; place++) {
    const [left, , , right] = bytes.subarray(12 * place, 12 * place + 4); // three equal channels
    const key = `${left! < right! ? "plain" : "mirrored"} ${labels[place]}`;
    assert.equal(labels[place]! < 2n, left! < 15, "classes of the second data set come after those of the first");
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  assert.equal(seen.size, 8);
  // Binomial(4000, 1/8): 115 is 5.5 standard deviations, so a sound draw fails for less than one seed in 10^6 in all eight.
  for (const [key, found] of seen) assert.ok(Math.abs(found - 500) <= 115, `${key}: ${found}`);
});

async function* styleOf(height: number, width: number): AsyncGenerator<StylePicture, void, void> {
  yield { name: "line.png", digest: "", picture: createPicture({ height, width, channels: 3 }) };
}

test("a style picture that enlarging would make endless is refused by its name", async () => {
  const styles = new StylePictures(64);
  await assert.rejects(
    styles.read("paintings", styleOf(1, 300), async () => {}),
    {
      code: "picture",
      message: /^line\.png: is 1x300 pixels/,
    },
  );
});

test("style pictures keep at most twice the side of the training in memory", async () => {
  const styles = new StylePictures(32);
  await styles.read("paintings", styleOf(300, 200), async () => {});
  assert.equal(styles.count, 1);
  assert.equal(styles.draw(stream(0), 3, 32).length, 3 * 32 * 32 * 3);
});
