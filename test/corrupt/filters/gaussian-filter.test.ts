/** Cases that can be worked out by hand. The original's digits: scripts/check-goldens.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { indexWithin } from "../../../src/corrupt/filters/border.ts";
import {
  type GaussianOptions,
  gaussianFilterInto,
  gaussianHalf,
} from "../../../src/corrupt/filters/gaussian-filter.ts";
import { stream } from "../../../src/random/stream.ts";

const usual: GaussianOptions = { sigma: 1, truncate: 4, border: "nearest", stored: "float64" };

function filter(values: Float64Array, height: number, width: number, options: Partial<GaussianOptions> = {}) {
  const target = new Float64Array(values.length).fill(Number.NaN);
  const channels = (values.length / (height * width)) as 1 | 3;
  gaussianFilterInto(values, { height, width, channels }, { ...usual, ...options }, target);
  return target;
}

/** 0 but for one value of 1. */
const impulse = (length: number, at: number) => Float64Array.from({ length }, (_, i) => (i === at ? 1 : 0));

const noise = (length: number) => stream(0, "noise").fillUniforms(new Float64Array(length));

function isNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-15): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++)
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= tolerance, `${i}: ${actual[i]}, expected ${expected[i]}`);
}

test("borders repeat the edge, or mirror the picture with or without it, however far outside", () => {
  const places = Array.from({ length: 17 }, (_, i) => i - 7);
  const row = (border: Parameters<typeof indexWithin>[2]) => places.map((i) => indexWithin(i, 3, border)).join("");
  assert.equal(row("nearest"), "00000000122222222");
  assert.equal(row("reflect"), "00122100122100122");
  assert.equal(row("reflect101"), "12101210121012101");
});

test("weights are those of the bell up to the truncation, and add up to 1", () => {
  // e^-8 / (1 + 2 e^-8), and 1 / (1 + 2 e^-8); then e^(-0.5 i²), i = 0 to 3, over their sum with both sides.
  isNear(gaussianHalf(0.25, 4), [0.9993295245830858, 0.00033523770845720973], 1e-16);
  const bell = [1, Math.exp(-0.5), Math.exp(-2), Math.exp(-4.5)];
  const sum = bell.reduce((total, value, i) => total + (i === 0 ? value : 2 * value), 0);
  isNear(
    gaussianHalf(1, 3),
    bell.map((value) => value / sum),
  );
  for (const sigma of [0.25, 0.7, 1, 5, 170.8]) {
    const half = gaussianHalf(sigma, 4);
    assert.equal(half.length, Math.trunc(4 * sigma + 0.5) + 1);
    assert.ok(Math.abs(2 * half.reduce((a, b) => a + b) - half[0]! - 1) < 1e-14, `${sigma}`);
  }
});

test("a sigma without neighbours, or of nothing, leaves all as it is", () => {
  const values = noise(8 * 9 * 3);
  for (const sigma of [0, 1e-16, 0.05, 0.1]) assert.deepEqual(filter(values, 8, 9, { sigma }), values);
});

test("one point becomes the product of the weights down and across, in its channel only", () => {
  const [height, width] = [15, 17];
  const half = gaussianHalf(1, 4);
  const filtered = filter(impulse(height * width * 3, (7 * width + 8) * 3 + 1), height, width);
  const expected = Float64Array.from({ length: filtered.length }, (_, i) => {
    const [row, column] = [Math.floor(i / (3 * width)), Math.floor(i / 3) % width];
    return i % 3 === 1 ? (half[Math.abs(row - 7)] ?? 0) * (half[Math.abs(column - 8)] ?? 0) : 0;
  });
  isNear(filtered, expected, 1e-16);
});

test("at the edge, nearest counts the edge for all that lies outside, and reflect mirrors", () => {
  const half = gaussianHalf(0.5, 4); // radius 2
  const atCorner = (border: GaussianOptions["border"]) =>
    filter(impulse(64, 0), 8, 8, { sigma: 0.5, border })[0]! ** 0.5;
  assert.ok(Math.abs(atCorner("nearest") - (half[0]! + half[1]! + half[2]!)) < 1e-15);
  assert.ok(Math.abs(atCorner("reflect") - (half[0]! + half[1]!)) < 1e-15);
});

test("a flat picture stays flat, even where the filter is wider than the picture", () => {
  for (const [height, width] of [
    [8, 8],
    [8, 13],
    [9, 10],
  ] as const)
    for (const border of ["nearest", "reflect"] as const)
      for (const sigma of [0.6, 3, 30])
        isNear(
          filter(new Float64Array(height * width).fill(0.5), height, width, { sigma, border }),
          new Float64Array(height * width).fill(0.5),
          1e-14,
        );
});

test("a picture on its side is filtered like the picture", () => {
  const [height, width] = [9, 14];
  const values = noise(height * width);
  const turned = Float64Array.from(values, (_, i) => values[(i % height) * width + Math.floor(i / height)]!);
  const filtered = filter(values, height, width, { sigma: 1.5 });
  const expected = Float64Array.from(values, (_, i) => filtered[(i % height) * width + Math.floor(i / height)]!);
  isNear(filter(turned, width, height, { sigma: 1.5 }), expected, 1e-15);
});

test("channels of a colour picture are filtered as planes are", () => {
  const values = noise(11 * 13 * 3);
  const filtered = filter(values, 11, 13);
  for (let channel = 0; channel < 3; channel++)
    assert.deepEqual(
      filter(
        values.filter((_, i) => i % 3 === channel),
        11,
        13,
      ),
      filtered.filter((_, i) => i % 3 === channel),
    );
});

test("kept in float32 between the passes, the result is float32, and near that of float64", () => {
  const values = noise(16 * 16).map(Math.fround);
  const filtered = filter(values, 16, 16, { stored: "float32" });
  assert.deepEqual(filtered, filtered.map(Math.fround));
  isNear(filtered, filter(values, 16, 16), 1e-7);
});

test("the target may be the source", () => {
  const values = noise(10 * 12 * 3);
  const expected = filter(values, 10, 12);
  gaussianFilterInto(values, { height: 10, width: 12, channels: 3 }, usual, values);
  assert.deepEqual(values, expected);
});
