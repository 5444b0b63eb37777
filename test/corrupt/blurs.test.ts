/**
 * gaussian_blur, defocus_blur, glass_blur, motion_blur and zoom_blur: cases by hand. The originals' bytes:
 * scripts/check-goldens.ts; the filters themselves: test/corrupt/filters/.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Corruption } from "../../src/corrupt/define.ts";
import { defocusBlur } from "../../src/corrupt/defocus-blur.ts";
import { gaussianBlur } from "../../src/corrupt/gaussian-blur.ts";
import { glassBlur } from "../../src/corrupt/glass-blur.ts";
import { motionBlur } from "../../src/corrupt/motion-blur.ts";
import { zoomBlur } from "../../src/corrupt/zoom-blur.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { grey, noise, rowsOf, shapeOf } from "../augment/pictures.ts";
import { chiSquared, chiSquaredLimit, distanceLimit, largestDistance } from "../random/statistics.ts";

const blurs: readonly Corruption[] = [gaussianBlur, defocusBlur, glassBlur, motionBlur, zoomBlur];

for (const blur of blurs)
  test(`${blur.name} leaves a flat picture as it is, or cuts it by one level`, () => {
    const shape = shapeOf(9, 12, 1);
    // The disks of the last two severities at 224 px brighten by 1 % (corruptions-c.md 9).
    for (const constants of [...blur.constants[32], ...blur.constants[64], ...blur.constants[224].slice(0, 3)])
      for (let byte = 0; byte < 256; byte += 15) {
        const picture = createPicture(shape);
        picture.bytes.fill(byte);
        // Glass copies twice, so it may cut twice.
        const allowed = blur === glassBlur ? 2 : 1;
        const draw = blur.draw(stream(0, "flat", byte), shape, constants, picture.bytes);
        for (const value of blur.apply(picture, draw, constants).bytes)
          assert.ok(value <= byte && value >= byte - allowed, `${value} of ${byte}`);
      }
  });

for (const blur of blurs)
  test(`${blur.name} does to a grey picture what it does to each channel of a colour one`, () => {
    const plane = noise(shapeOf(14, 11, 1));
    const colour = createPicture(shapeOf(14, 11, 3));
    for (const [i, byte] of plane.bytes.entries()) colour.bytes.fill(byte, 3 * i, 3 * i + 3);
    const constants = blur.constants[64][4];
    const draw = blur.draw(stream(0, "grey"), plane, constants, plane.bytes);
    const expected = blur.apply(plane, draw, constants).bytes;
    for (const [i, byte] of blur.apply(colour, draw, constants).bytes.entries())
      assert.equal(byte, expected[Math.floor(i / 3)]);
  });

test("gaussian blur of a bright line is the bell, cut to bytes", () => {
  const picture = createPicture(shapeOf(8, 9, 1));
  for (let row = 0; row < 8; row++) picture.bytes[9 * row + 4] = 255;
  // 1, e^-0.5, e^-2, e^-4.5, e^-8 over their sum on both sides, 2.50662; times 255: 101.7, 61.7, 13.8, 1.1, 0.03.
  const line = [0, 1, 13, 61, 101, 61, 13, 1, 0];
  assert.deepEqual(rowsOf(gaussianBlur.apply(picture, {}, 1)), Array(8).fill(line));
});

test("defocus blur spreads a point over a disk", () => {
  const picture = createPicture(shapeOf(8, 8, 1));
  picture.bytes[8 * 4 + 4] = 255;
  const rows = rowsOf(defocusBlur.apply(picture, {}, [2.5, 0.01]));
  // 21 pixels lie within 2.5 of the point: 255 / 21 is 12.14.
  assert.deepEqual(rows, [
    [0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 12, 12, 12, 0, 0],
    [0, 0, 12, 12, 12, 12, 12, 0],
    [0, 0, 12, 12, 12, 12, 12, 0],
    [0, 0, 12, 12, 12, 12, 12, 0],
    [0, 0, 0, 12, 12, 12, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0],
  ]);
});

/** Each pixel its own number, 10 times the row and the column: nothing is blurred by a sigma of 0.05. */
const numbered = grey(
  ...Array.from({ length: 8 }, (_, row) => Array.from({ length: 9 }, (_, column) => 10 * row + column)),
);
const moves = (cells: number, dx: number, dy: number) => ({
  moves: Int8Array.from({ length: 2 * cells }, (_, i) => (i % 2 === 0 ? dx : dy)),
});

test("glass blur with moves of 0 is its two blurs alone, and with sigma 0.05 nothing", () => {
  assert.deepEqual(glassBlur.apply(numbered, moves(42, 0, 0), [0.05, 1, 1]), numbered);
});

test("glass blur moves columns by the first of each pair and rows by the second, never the first two of each", () => {
  const left = rowsOf(glassBlur.apply(numbered, moves(42, -1, 0), [0.05, 1, 1]));
  for (const [row, values] of left.entries())
    assert.deepEqual(
      values,
      Array.from({ length: 9 }, (_, column) => 10 * row + (row >= 2 && column >= 2 ? column - 1 : column)),
    );
  const up = rowsOf(glassBlur.apply(numbered, moves(42, 0, -1), [0.05, 1, 1]));
  for (const [row, values] of up.entries())
    assert.deepEqual(
      values,
      Array.from({ length: 9 }, (_, column) => 10 * (row >= 2 && column >= 2 ? row - 1 : row) + column),
    );
});

test("glass blur copies copies: from the right, each pixel takes what its neighbour has become", () => {
  // Reach 2: columns 7 down to 3 are replaced, each by the one to its right.
  const right = rowsOf(glassBlur.apply(numbered, moves(4 * 5, 1, 0), [0.05, 2, 1]));
  assert.deepEqual(right[2], [20, 21, 22, 23, 24, 25, 26, 27, 28]);
  for (const row of [3, 6])
    assert.deepEqual(
      right[row],
      [0, 1, 2, 8, 8, 8, 8, 8, 8].map((column) => 10 * row + column),
    );
  assert.deepEqual(right[7], [70, 71, 72, 73, 74, 75, 76, 77, 78]);
});

test("glass blur draws a pair of moves for each inner pixel and iteration, each move as often", () => {
  for (const [constants, count] of [
    [[0.4, 1, 2], 2 * 30 * 38],
    [[1.1, 3, 2], 2 * 26 * 34],
  ] as const) {
    const reach = constants[1];
    const counts = new Uint32Array(2 * reach);
    const shape = shapeOf(32, 40, 3);
    for (let i = 0; i < 10; i++) {
      const { moves } = glassBlur.draw(stream(0, "moves", i), shape, constants, new Uint8Array(0));
      assert.equal(moves.length, 2 * count);
      for (const move of moves) counts[move + reach]!++;
    }
    assert.ok(chiSquared(counts) < chiSquaredLimit(counts.length)); // one in a million
  }
});

test("motion blur draws angles evenly from -45 to 45 degrees", () => {
  const shape = shapeOf(32, 32, 3);
  const angles = Float64Array.from(
    { length: 20_000 },
    (_, i) => motionBlur.draw(stream(0, "angle", i), shape, [6, 1], new Uint8Array(0)).angleDegrees,
  );
  assert.ok(angles.every((angle) => angle >= -45 && angle < 45));
  assert.ok(largestDistance(angles, (angle) => (angle + 45) / 90) < distanceLimit(20_000)); // one in a million
});

test("zoom blur is the mean of the picture twice and of its enlargements", () => {
  // A ramp over 8 columns; 1 and 1.25 as factors: 7 samples from the first on become 9 places, of which 8 are kept.
  const picture = grey(...Array(8).fill(Array.from({ length: 8 }, (_, column) => 20 * column)));
  const row = Array.from({ length: 8 }, (_, column) =>
    Math.trunc((2 * 20 * column + (20 * column * 6) / 8) / 3 + 1e-4),
  );
  assert.deepEqual(rowsOf(zoomBlur.apply(picture, {}, [1.5, 0.25])), Array(8).fill(row));
});

test("zoom blur ends its factors where the originals' do", () => {
  // White pixels that only factors of 1.05 and more bring to the edge of 64 columns would show; here the number of
  // factors shows in the mean of one bright column that every enlargement moves away: 255 * 2 / (count + 1).
  for (const [end, step, count] of [
    [1.06, 0.01, 7],
    [1.11, 0.01, 12],
    [1.16, 0.01, 16],
    [1.21, 0.01, 21],
    [1.26, 0.01, 26],
    [1.21, 0.02, 11],
    [1.26, 0.02, 13],
    [1.31, 0.03, 11],
  ] as const) {
    const picture = createPicture(shapeOf(8, 512, 1));
    for (let row = 0; row < 8; row++) picture.bytes[512 * row] = 255;
    const { bytes } = zoomBlur.apply(picture, {}, [end, step]);
    assert.equal(bytes[0], Math.trunc((255 * 2) / (count + 1) + 1e-4), `${end} in steps of ${step}`);
  }
});
