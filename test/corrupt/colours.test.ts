/** brightness, saturate and contrast: cases by hand. The originals' bytes: scripts/check-goldens.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { brightness } from "../../src/corrupt/brightness.ts";
import { contrast } from "../../src/corrupt/contrast.ts";
import { saturate } from "../../src/corrupt/saturate.ts";
import { createPicture, type Picture } from "../../src/pictures/picture.ts";
import { grey, noise, rowsOf, shapeOf } from "../augment/pictures.ts";

/** One row of pixels. */
const colours = (...pixels: [number, number, number][]): Picture =>
  createPicture(shapeOf(1, pixels.length, 3), Uint8Array.from(pixels.flat()));

/** The largest, the middle and the smallest value at every place: each sector of the hue once. */
const permutations = (large: number, middle: number, small: number) =>
  colours(
    [large, middle, small],
    [middle, large, small],
    [small, large, middle],
    [small, middle, large],
    [middle, small, large],
    [large, small, middle],
  );

test("brightness raises the largest value, and the others in proportion", () => {
  // 0.21 of full scale is 53.55 levels: 100 becomes 153.55, and 75 and 50 are multiplied by 1.5355: 115.16 and 76.8.
  assert.deepEqual(brightness.apply(permutations(100, 75, 50), {}, 0.21), permutations(153, 115, 76));
});

test("brightness of white, of black and of a grey picture is that of the value", () => {
  assert.deepEqual(
    brightness.apply(colours([255, 255, 255], [0, 0, 0], [255, 0, 0]), {}, 0.21),
    colours([255, 255, 255], [53, 53, 53], [255, 0, 0]),
  );
  assert.deepEqual(rowsOf(brightness.apply(grey([0, 100, 250]), {}, 0.21)), [[53, 153, 255]]);
});

test("saturate multiplies the distance of each value from the largest", () => {
  // Distances of 25 and 50 by 1.45: 36.25 and 72.5; by 0.31: 7.75 and 15.5.
  assert.deepEqual(saturate.apply(permutations(100, 75, 50), {}, [1.45, 0]), permutations(100, 63, 27));
  assert.deepEqual(saturate.apply(permutations(100, 75, 50), {}, [0.31, 0]), permutations(100, 92, 84));
});

test("saturation is cut at 1, where the smallest value is 0", () => {
  // 0.5 by 30 is 15, cut to 1: the middle value is half-way between 0 and the largest.
  assert.deepEqual(saturate.apply(permutations(101, 76, 51), {}, [30, 0]), permutations(101, 50, 0));
});

test("an offset of the saturation turns grey to red, and leaves a picture of one channel as it is", () => {
  // 100 less 0.205 of it.
  assert.deepEqual(saturate.apply(colours([100, 100, 100]), {}, [2, 0.205]), colours([100, 79, 79]));
  const plane = noise(shapeOf(9, 8, 1));
  assert.deepEqual(saturate.apply(plane, {}, [2, 0.2]), plane);
});

test("a saturation and a brightness that change nothing give back every colour, or one level less", () => {
  const picture = noise(shapeOf(60, 60, 3));
  for (const result of [saturate.apply(picture, {}, [1, 0]), brightness.apply(picture, {}, 0)])
    for (const [i, byte] of result.bytes.entries())
      assert.ok(byte === picture.bytes[i] || byte === picture.bytes[i]! - 1);
});

test("contrast halves the distances to the mean of each channel", () => {
  // Means 100.33 and 50; of the second channel all values are the mean.
  assert.deepEqual(rowsOf(contrast.apply(grey([0, 101, 200]), {}, 0.5)), [[50, 100, 150]]);
  assert.deepEqual(
    contrast.apply(colours([0, 50, 9], [101, 50, 10], [200, 50, 10]), {}, 0.5),
    colours([50, 50, 9], [100, 50, 9], [150, 50, 9]),
  );
});
