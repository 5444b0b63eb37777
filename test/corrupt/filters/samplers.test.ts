/** The bilinear sampler, splines and sines, on cases that can be checked by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleBilinearInto } from "../../../src/corrupt/filters/bilinear.ts";
import { splineCoefficients, splineWeightsInto } from "../../../src/corrupt/filters/cubic-spline.ts";
import { sinCosInto } from "../../../src/corrupt/filters/trigonometry.ts";
import { stream } from "../../../src/random/stream.ts";

/** [[8, 16], [32, 64]] at (row, column): the value, and whether all four pixels were there. */
function sample(row: number, column: number): [number, boolean] {
  const colour = new Float64Array(1);
  const picture = Float32Array.of(8, 16, 32, 64);
  const isInside = sampleBilinearInto(colour, picture, { height: 2, width: 2, channels: 1 }, row, column);
  return [colour[0]!, isInside];
}

test("between four pixels, the sampler gives their mean by distance", () => {
  assert.deepEqual(sample(0, 0), [8, true]);
  assert.deepEqual(sample(0.5, 0.5), [30, true]);
  assert.deepEqual(sample(0.25, 0.5), [0.75 * 12 + 0.25 * 48, true]);
});

test("pixels outside are black, each by itself", () => {
  assert.deepEqual(sample(-0.5, 0), [4, false]);
  assert.deepEqual(sample(1, 1), [64, false]); // its other three have no weight
  assert.deepEqual(sample(1.5, 1.5), [16, false]);
  assert.deepEqual(sample(0.5, 1.75), [0.25 * 40, false]);
  assert.deepEqual(sample(-1, 0), [0, false]);
  assert.deepEqual(sample(7, -9), [0, false]);
});

test("inside, every product and sum is rounded to float32; with a pixel missing, sums are not", () => {
  const { fround } = Math;
  const colour = new Float64Array(1);
  const shape = { height: 2, width: 2, channels: 1 } as const;
  const picture = Float32Array.of(0.1, 0.2, 0.3, 0.7);
  const [a, b, c, d] = picture as unknown as [number, number, number, number];
  sampleBilinearInto(colour, picture, shape, 0.3, 0.6);
  const [left, right, top, bottom] = [fround(1 - 0.6), fround(0.6), fround(0.7), fround(0.3)];
  const upper = fround(fround(a * left) + fround(b * right));
  const lower = fround(fround(c * left) + fround(d * right));
  assert.equal(colour[0], fround(fround(upper * top) + fround(lower * bottom)));
  sampleBilinearInto(colour, picture, shape, 0.3, 1.6);
  assert.ok(Math.abs(colour[0]! - 0.4 * (0.7 * b + 0.3 * d)) < 1e-8);
  assert.notEqual(colour[0], fround(colour[0]!));
});

test("the weights of a cubic spline on a pixel and half-way behind it", () => {
  const weights = new Float64Array(8);
  splineWeightsInto(weights, 0, 0);
  splineWeightsInto(weights, 4, 0.5);
  const expected = [8, 32, 8, 0, 1, 23, 23, 1].map((part) => part / 48);
  for (const [i, weight] of weights.entries()) assert.ok(Math.abs(weight - expected[i]!) < 1e-16, `${i}: ${weight}`);
});

// The filter begins with a sum that takes the row as mirrored and repeated for ever, so this holds to rounding.
test("a spline of its coefficients goes through the values, along rows and along columns", () => {
  const values = stream(0, "spline").normals(9 * 11 * 2);
  for (const [count, length, stride] of [
    [1, 9, 22],
    [9, 11, 2],
  ] as const) {
    const coefficients = values.slice();
    splineCoefficients(coefficients, count, length, stride);
    for (let i = 0; i < values.length; i++) {
      const place = Math.floor(i / stride) % length;
      const before = coefficients[place === 0 ? i + stride : i - stride]!;
      const after = coefficients[place === length - 1 ? i - stride : i + stride]!;
      const value = (before + 4 * coefficients[i]! + after) / 6;
      assert.ok(Math.abs(value - values[i]!) < 1e-14, `${i}: ${value}, ${values[i]}`);
    }
  }
});

test("sines and cosines are those of Math, to three units in the last place of 1", () => {
  const source = stream(0, "sines");
  const values = Float64Array.from({ length: 20_000 }, (_, i) => (source.uniform() - 0.5) * 10 ** ((i % 7) - 2));
  const sines = new Float64Array(values.length);
  const cosines = new Float64Array(values.length);
  sinCosInto(values, sines, cosines, values.length);
  for (const [i, value] of values.entries()) {
    assert.ok(Math.abs(sines[i]! - Math.sin(value)) < 3.4e-16, `sin ${value}: ${sines[i]}`);
    assert.ok(Math.abs(cosines[i]! - Math.cos(value)) < 3.4e-16, `cos ${value}: ${cosines[i]}`);
  }
});
