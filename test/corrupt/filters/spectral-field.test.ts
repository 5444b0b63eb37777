import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPhases, phaseCount, type Spectrum, spectralField } from "../../../src/corrupt/filters/spectral-field.ts";
import type { PictureShape } from "../../../src/pictures/picture.ts";
import { stream } from "../../../src/random/stream.ts";

const shapeOf = (height: number, width: number): PictureShape => ({ height, width, channels: 3 });

/** corruptions-cbar.md 4.1, word for word, on n x n pixels; n even or odd. */
function slowField(phases: Float64Array, n: number, spectrum: Spectrum): Float64Array {
  const half = n >> 1;
  const phase = new Float64Array(n * n);
  for (let y = 0; y < n; y++)
    for (let x = 0; x < half; x++) {
      phase[y * n + x] = phases[y * half + x]!;
      phase[(n - 1 - y) * n + n - 1 - x] = phases[y * half + x]!;
    }
  if (n % 2 === 1)
    for (let y = 0; y < half; y++) {
      phase[y * n + half] = phases[n * half + y]!;
      phase[(n - 1 - y) * n + half] = phases[n * half + y]!;
    }
  const field = new Float64Array(n * n);
  for (let v = 0; v < n; v++)
    for (let u = 0; u < n; u++)
      for (let y = 0; y < n; y++)
        for (let x = 0; x < n; x++) {
          const distance = Math.hypot(x - half, y - half);
          const amplitude = spectrum === "blue" ? distance : 1 / (distance * distance + 1);
          const turn = (2 * Math.PI * (v * (y - half) + u * (x - half))) / n;
          field[v * n + u]! += (amplitude * Math.cos(phase[y * n + x]! + turn)) / (n * n);
        }
  const mean = field.reduce((sum, value) => sum + value, 0) / field.length;
  const deviation = Math.sqrt(field.reduce((sum, value) => sum + (value - mean) ** 2, 0) / field.length);
  return field.map((value) => value / deviation);
}

for (const spectrum of ["blue", "brown"] as const)
  for (const n of [8, 9, 16])
    test(`${spectrum} noise of ${n}x${n} is the sum of all its waves`, () => {
      const phases = drawPhases(stream(0, "field", n), shapeOf(n, n), 2);
      const second = phases.subarray(phaseCount(shapeOf(n, n)));
      const expected = slowField(second, n, spectrum);
      const actual = spectralField(phases, 1, shapeOf(n, n), spectrum);
      for (const [i, value] of expected.entries())
        assert.ok(Math.abs(actual[i]! - value) < 1e-12, `${i}: ${actual[i]}, sum ${value}`);
    });

for (const [height, width] of [
  [8, 13],
  [13, 8],
  [9, 15],
  [32, 20],
  [23, 23],
] as const)
  test(`noise of ${height}x${width} has deviation 1, and blue noise mean 0`, () => {
    const shape = shapeOf(height, width);
    const phases = drawPhases(stream(0, "field", height, width), shape, 1);
    for (const spectrum of ["blue", "brown"] as const) {
      const field = spectralField(phases, 0, shape, spectrum).slice(0, height * width);
      const mean = field.reduce((sum, value) => sum + value, 0) / field.length;
      const square = field.reduce((sum, value) => sum + value * value, 0) / field.length;
      assert.ok(Math.abs(square - mean * mean - 1) < 1e-9, `variance ${square - mean * mean}`);
      if (spectrum === "blue") assert.ok(Math.abs(mean) < 1e-12, `mean ${mean}`);
    }
  });

// The mean of 40 fields from a fixed seed. With frequencies counted on each axis by its own length, it would be about 4.
test("brown noise of a picture twice as wide as high is as smooth across as down", () => {
  const shape = shapeOf(32, 64);
  let down = 0;
  let across = 0;
  for (let index = 0; index < 40; index++) {
    const field = spectralField(drawPhases(stream(0, "smooth", index), shape, 1), 0, shape, "brown");
    for (let y = 0; y < 31; y++)
      for (let x = 0; x < 63; x++) {
        across += (field[y * 64 + x + 1]! - field[y * 64 + x]!) ** 2;
        down += (field[(y + 1) * 64 + x]! - field[y * 64 + x]!) ** 2;
      }
  }
  assert.ok(down / across > 0.8 && down / across < 1.25, `${down} down, ${across} across`);
});
