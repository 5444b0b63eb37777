/** JPEG without a codec: by hand. Pillow's bytes: pillow.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { jpegRoundTripInto } from "../../src/corrupt/jpeg-round-trip.ts";
import { forwardTransform, inverseTransform } from "../../src/corrupt/jpeg-transform.ts";
import { blackLike, createPicture, type Picture } from "../../src/pictures/picture.ts";
import { noise, shapeOf } from "../augment/pictures.ts";

function roundTrip(picture: Picture, quality: number): Picture {
  const result = blackLike(picture);
  jpegRoundTripInto(picture.bytes, picture, quality, result.bytes);
  return result;
}

function flat(value: number): Picture {
  const picture = createPicture(shapeOf(8, 8, 1));
  picture.bytes.fill(value);
  return picture;
}

test("a flat grey is rounded to steps of the first coefficient, halves away from the middle", () => {
  // At quality 50 the step is 16, and the coefficient eight times the distance from 128: 224 is 14 steps, 200 is 12.5.
  assert.deepEqual(roundTrip(flat(100), 50), flat(100));
  assert.deepEqual(roundTrip(flat(103), 50), flat(102));
  assert.deepEqual(roundTrip(flat(153), 50), flat(154));
});

test("the transform of a flat block is its first coefficient, 64 times the value; of a wave, one other", () => {
  const block = new Int32Array(64).fill(5);
  forwardTransform(block);
  assert.deepEqual([...block], [320, ...Array(63).fill(0)]);
  for (const [i] of block.entries()) block[i] = Math.round(100 * Math.cos(((2 * (i % 8) + 1) * 3 * Math.PI) / 16));
  forwardTransform(block);
  // 8 times the orthonormal 100 * sqrt(8) * sqrt(4): 4525. Rounding the wave moves a coefficient by 46 at most.
  assert.ok(Math.abs(block[3]! - 4525) < 46, `${block[3]}`);
  for (const [i, value] of block.entries()) if (i !== 3) assert.ok(Math.abs(value) < 46, `${i}: ${value}`);
});

test("the inverse transform gives back what the forward one took, within 1", () => {
  const values = Int32Array.from(noise(shapeOf(8, 8, 1)).bytes, (byte) => byte - 128);
  const block = values.slice();
  forwardTransform(block);
  for (const [i, value] of block.entries()) block[i] = Math.round(value / 8);
  inverseTransform(block);
  for (const [i, value] of block.entries()) assert.ok(Math.abs(value - values[i]!) <= 1, `${value} of ${values[i]}`);
});

test("a lower quality is farther from the picture", () => {
  const picture = noise(shapeOf(24, 40, 3));
  const distance = (quality: number) =>
    roundTrip(picture, quality).bytes.reduce((sum, byte, i) => sum + (byte - picture.bytes[i]!) ** 2, 0);
  assert.ok(distance(10) > distance(50) && distance(50) > distance(90));
});
