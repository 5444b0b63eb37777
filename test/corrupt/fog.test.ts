/** fog: the plasma and the mixture by hand. The originals' bytes: scripts/check-goldens.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fog } from "../../src/corrupt/fog.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { rowsOf, shapeOf } from "../augment/pictures.ts";
import { distanceLimit, largestDistance } from "../random/statistics.ts";

const white = createPicture(shapeOf(8, 8, 1));
white.bytes.fill(255);

/** No noise but that of the first number: the cloud is 1 in the middle and 0 in the corner. */
const oneHill = Float64Array.of(1, ...Array<number>(62).fill(0.5));

test("a hill in the middle of the cloud falls to the corner, and comes back at the other edge", () => {
  const rows = rowsOf(fog.apply(white, { u: oneHill }, [1, 3]));
  // White in fog of strength 1 is (1 + thickness) / 2. Corners of the second row of squares are means of two centres and
  // two corners: (1 + 1 + 0 + 0) / 4; of the next, (0.5 + 0.5 + 0 + 0.5) / 4.
  const byte = (thickness: number) => Math.floor((255 * (1 + thickness)) / 2);
  assert.deepEqual([rows[0]![0], rows[4]![4]], [byte(0), byte(1)]);
  assert.deepEqual([rows[0]![4], rows[4]![0], rows[2]![2], rows[6]![2], rows[6]![6]], Array(5).fill(byte(0.5)));
  assert.deepEqual([rows[0]![2], rows[0]![6], rows[2]![0], rows[6]![0]], Array(4).fill(byte(0.375)));
});

test("the noise falls by the square of the decay from one size of squares to the next", () => {
  // One number of the first size, or of the second (the fourth drawn: the centre at 2,2), and all else flat.
  const u = Float64Array.of(1, 0.5, 0.5, 1, ...Array<number>(59).fill(0.5));
  const rows = rowsOf(fog.apply(white, { u }, [1, 2]));
  // The middle is 100 * 100 high; at 2,2 the means of its corners, half of that, and 50 * 50 more: three quarters.
  assert.deepEqual([rows[2]![2], rows[2]![6]], [Math.floor(255 * 0.875), Math.floor(255 * 0.75)]);
});

test("over a white picture fog reaches from its full strength to none, whatever was drawn", () => {
  const picture = createPicture(shapeOf(32, 32, 3));
  picture.bytes.fill(255);
  for (let i = 0; i < 20; i++) {
    const { bytes } = fog.apply(picture, fog.draw(stream(0, "fog", i), picture, [0.52, 2], picture.bytes), [0.52, 2]);
    assert.deepEqual([Math.min(...bytes), Math.max(...bytes)], [167, 255]); // 255 / 1.52 is 167.8
  }
});

test("a black picture stays black", () => {
  const picture = createPicture(shapeOf(9, 20, 3));
  const draw = fog.draw(stream(0, "black"), picture, [3, 1.4], picture.bytes);
  assert.deepEqual(fog.apply(picture, draw, [3, 1.4]), picture);
});

test("the map has the next power of two above the longer side, and a number for each point but one", () => {
  for (const [height, width, side] of [
    [8, 8, 8],
    [32, 32, 32],
    [9, 33, 64],
    [224, 200, 256],
  ] as const) {
    const { u } = fog.draw(stream(0, "map"), shapeOf(height, width, 1), [1, 2], new Uint8Array(height * width));
    assert.equal(u.length, side ** 2 - 1);
    assert.ok(largestDistance(u, (x) => x) < distanceLimit(u.length)); // one false alarm in a million
  }
});
