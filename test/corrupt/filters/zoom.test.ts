/** Ramps, whose zoom is a ramp that can be worked out by hand. The original's digits: scripts/check-goldens.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addZoomedInto, zoomPlaneInto, zoomTables } from "../../../src/corrupt/filters/zoom.ts";
import { stream } from "../../../src/random/stream.ts";
import { shapeOf } from "../../augment/pictures.ts";

function zoom(values: Float64Array, height: number, width: number, factor: number): Float64Array {
  const target = new Float64Array(values.length).fill(Number.NaN);
  const plane = shapeOf(height, width, 1);
  zoomPlaneInto(values, plane, zoomTables(plane, factor), target);
  return target;
}

const ramp = (height: number, width: number, value: (row: number, column: number) => number) =>
  Float64Array.from({ length: height * width }, (_, i) => value(Math.floor(i / width), i % width));

function isNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++)
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= tolerance, `${i}: ${actual[i]}, expected ${expected[i]}`);
}

test("a zoom by 1 changes nothing", () => {
  const values = stream(0, "noise").fillUniforms(new Float64Array(9 * 14));
  assert.deepEqual(zoom(values, 9, 14, 1), values);
});

test("a zoom by 2 spreads the 4 middle samples of 8 over all 8 places", () => {
  const zoomed = zoom(
    ramp(8, 8, (_, column) => column),
    8,
    8,
    2,
  );
  isNear(
    zoomed,
    ramp(8, 8, (_, column) => 2 + (3 * column) / 7),
    1e-14,
  );
});

test("where the zoomed window is larger than the picture, its middle is taken: 32 by 2.25", () => {
  // ceil(32 / 2.25) = 15 samples from the 9th on become round(33.75) = 34 places, of which the first is left out.
  const zoomed = zoom(
    ramp(32, 32, (row) => row),
    32,
    32,
    2.25,
  );
  isNear(
    zoomed,
    ramp(32, 32, (row) => 8 + ((row + 1) * 14) / 33),
    1e-13,
  );
});

test("rows and columns of a picture that is not square have windows of their own", () => {
  // 8 rows by 1.25: 7 samples from the first on, 9 places; 10 columns: 8 samples from the second on, 10 places.
  const zoomed = zoom(
    ramp(8, 10, (row, column) => 100 * row + column),
    8,
    10,
    1.25,
  );
  isNear(
    zoomed,
    ramp(8, 10, (row, column) => (100 * row * 6) / 8 + 1 + (column * 7) / 9),
    1e-11,
  );
});

test("every zoom stays within the picture, of any size", () => {
  for (const [height, width] of [
    [8, 8],
    [8, 13],
    [33, 17],
    [51, 224],
  ] as const)
    for (let factor = 1; factor <= 4.5; factor += 0.03)
      isNear(
        zoom(new Float64Array(height * width).fill(0.75), height, width, factor),
        new Float64Array(height * width).fill(0.75),
        1e-15,
      );
});

test("a colour picture is added channel by channel as planes are, in float32", () => {
  const [height, width] = [12, 9];
  const values = stream(0, "noise")
    .fillUniforms(new Float64Array(height * width * 3))
    .map(Math.fround);
  const sums = Float32Array.from(values, (value) => 2 * value);
  addZoomedInto(sums, values, shapeOf(height, width, 3), zoomTables(shapeOf(height, width, 3), 1.13));
  for (let channel = 0; channel < 3; channel++) {
    const plane = values.filter((_, i) => i % 3 === channel);
    const zoomed = zoom(plane, height, width, 1.13);
    const expected = Float32Array.from(plane, (value, i) => 2 * value + Math.fround(zoomed[i]!));
    assert.deepEqual(
      sums.filter((_, i) => i % 3 === channel),
      expected,
    );
    const greySums = Float32Array.from(plane, (value) => 2 * value);
    addZoomedInto(greySums, plane, shapeOf(height, width, 1), zoomTables(shapeOf(height, width, 1), 1.13));
    assert.deepEqual(greySums, expected);
  }
});
