/** snow: by hand. The originals' bytes: scripts/check-goldens.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { snow } from "../../src/corrupt/snow.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { grey, noise, rowsOf, shapeOf } from "../augment/pictures.ts";
import { distanceLimit, largestDistance } from "../random/statistics.ts";

/** Flakes one level wide where z is 1, none where it is 0. */
const flakesOnly = (left: number) => [0, 1, 1, 0.5, 8, 3, left] as const;

test("without flakes the picture is mixed with a paler one", () => {
  const z = new Float64Array(4);
  // Pale is 1.5 grey + 0.5, unless the value is larger. 0.8 x 100 + 0.2 x (150 + 127.5) is 135.5; of black 25.5.
  const draw = { z, angleDegrees: -90 };
  assert.deepEqual(rowsOf(snow.apply(grey([0, 100], [255, 0]), draw, flakesOnly(0.8))), [
    [25, 135],
    [255, 25],
  ]);
  // Red alone is a grey of 76.245: pale is 241.9 for all three channels, but red is larger.
  const red = createPicture(shapeOf(1, 1, 3), Uint8Array.of(255, 0, 0));
  assert.deepEqual([...snow.apply(red, { ...draw, z: z.subarray(0, 1) }, flakesOnly(0.8)).bytes], [255, 48, 48]);
});

test("a flake leaves a streak downwards, and a second one turned by half a turn", () => {
  const picture = createPicture(shapeOf(32, 20, 1));
  const z = new Float64Array(32 * 20);
  z[5 * 20 + 3] = 1;
  const rows = rowsOf(snow.apply(picture, { z, angleDegrees: -90 }, flakesOnly(1)));
  // One side of a bell of deviation 3, 4.26 in all: 255 / 4.26 is 59.9, then 56.6 and 47.9.
  assert.deepEqual([rows[4]![3], rows[5]![3], rows[6]![3], rows[7]![3]], [0, 59, 56, 47]);
  for (const [row, line] of rows.entries())
    for (const [column, value] of line.entries()) {
      assert.equal(value, rows[31 - row]![19 - column]);
      if (column !== 3 && column !== 16) assert.equal(value, 0);
    }
});

test("a flake of just the threshold is there", () => {
  // 127.5 is cut to 127, and falls twice.
  const draw = { z: new Float64Array(64).fill(0.5), angleDegrees: -90 };
  assert.deepEqual([...snow.apply(createPicture(shapeOf(8, 8, 1)), draw, flakesOnly(1)).bytes], Array(64).fill(254));
});

test("noise is made into flakes by mean and deviation, zoomed from its middle, and cut off then", () => {
  // Twice as large, 32 columns are the middle 16, 15/31 of a pixel apart. Flakes lie from column 20 on, the 12th of the 16;
  // 0.1 + 0.5 z is above the half from 11.8 on: from column 25 on. They fall straight down, and half a turn later too.
  const z = Float64Array.from({ length: 32 * 32 }, (_, i) => (i % 32 < 20 ? 0 : 1));
  const picture = createPicture(shapeOf(32, 32, 1));
  const { bytes } = snow.apply(picture, { z, angleDegrees: -90 }, [0.1, 0.5, 2, 0.5, 8, 3, 1]);
  const isWhite = Array.from({ length: 32 }, (_, column) => bytes[column]! > 0);
  assert.deepEqual(
    isWhite,
    isWhite.map((_, column) => column <= 6 || column >= 25),
  );
});

test("a grey picture falls in the same snow as one of three equal channels, within a level", () => {
  const plane = noise(shapeOf(32, 32, 1));
  const colour = createPicture(shapeOf(32, 32, 3));
  for (const [i, byte] of plane.bytes.entries()) colour.bytes.fill(byte, 3 * i, 3 * i + 3);
  const constants = snow.constants[32][2];
  const draw = snow.draw(stream(0, "snow"), plane, constants, plane.bytes);
  const expected = snow.apply(plane, draw, constants).bytes;
  for (const [i, byte] of snow.apply(colour, draw, constants).bytes.entries())
    assert.ok(Math.abs(byte - expected[Math.floor(i / 3)]!) <= 1);
});

test("snow falls from -135 to -45 degrees, every angle as probable", () => {
  const shape = shapeOf(8, 8, 1);
  const angles = Float64Array.from(
    { length: 20_000 },
    (_, i) => snow.draw(stream(0, "angle", i), shape, flakesOnly(1), new Uint8Array(64)).angleDegrees,
  );
  // One false alarm in a million.
  assert.ok(largestDistance(angles, (angle) => Math.min(1, Math.max(0, (angle + 135) / 90))) < distanceLimit(20_000));
});
