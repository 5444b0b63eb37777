/**
 * gaussian_noise, speckle_noise, shot_noise and impulse_noise: cases by hand, and their laws (one false alarm in a million
 * seeds for each). The originals' bytes: scripts/check-goldens.ts; the laws of what is drawn: test/random/bulk.test.ts.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gaussianNoise } from "../../src/corrupt/gaussian-noise.ts";
import { impulseNoise } from "../../src/corrupt/impulse-noise.ts";
import { shotNoise } from "../../src/corrupt/shot-noise.ts";
import { speckleNoise } from "../../src/corrupt/speckle-noise.ts";
import { createPicture, type Picture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { grey, rowsOf, shapeOf } from "../augment/pictures.ts";
import { chiSquared, chiSquaredLimit } from "../random/statistics.ts";

const LIMIT = 4.9;

function flat(value: number, side: number): Picture {
  const picture = createPicture(shapeOf(side, side, 3));
  picture.bytes.fill(value);
  return picture;
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b) / values.length;

function deviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - centre) ** 2)));
}

test("gaussian noise adds sigma times z in units of full scale, and drops the fraction", () => {
  // 0.06 of full scale is 15.3 levels.
  const picture = grey([100, 100, 100, 10, 250]);
  const result = gaussianNoise.apply(picture, { z: Float64Array.of(0, 1, -1, -1, 1) }, 0.06);
  assert.deepEqual(rowsOf(result), [[100, 115, 84, 0, 255]]);
});

test("speckle noise adds sigma times z times the value", () => {
  // 0.15 of 101 is 15.15 levels.
  const picture = grey([101, 101, 101, 0, 250]);
  const result = speckleNoise.apply(picture, { z: Float64Array.of(0, 1, -1, 9, 1) }, 0.15);
  assert.deepEqual(rowsOf(result), [[101, 116, 85, 0, 255]]);
});

test("gaussian noise of sigma has that deviation, about half a level below the value", () => {
  const picture = flat(128, 200); // 120,000 values
  for (const sigma of [0.04, 0.08]) {
    const draw = gaussianNoise.draw(stream(0, "gaussian", sigma * 100), picture, sigma, picture.bytes);
    const { bytes } = gaussianNoise.apply(picture, draw, sigma);
    const levels = 255 * sigma;
    const expected = Math.sqrt(levels ** 2 + 1 / 12); // the cut adds a uniform fraction
    assert.ok(Math.abs(mean(bytes) - 127.5) < (LIMIT * levels) / Math.sqrt(120_000), `mean ${mean(bytes)}`);
    assert.ok(Math.abs(deviation(bytes) / expected - 1) < LIMIT / Math.sqrt(240_000), `${deviation(bytes)}`);
  }
});

test("shot noise shows each count as its share of those at white; more than white is white", () => {
  const picture = grey([1, 2, 3, 4, 5]);
  const draw = { counts: Int32Array.of(0, 30, 59, 60, 95) };
  assert.deepEqual(rowsOf(shotNoise.apply(picture, draw, 60)), [[0, 127, 250, 255, 255]]);
});

test("shot noise counts as many photons as there is light, spread by their root, at any number of them at white", () => {
  for (const photons of [...shotNoise.constants[224], 7.5, 500]) {
    const values = [0, 1, 51, 204, 255];
    const picture = grey(Array.from({ length: 200_000 }, (_, i) => values[i % 5]!));
    const { counts } = shotNoise.draw(stream(0, "shot", Math.floor(photons)), picture, photons, picture.bytes);
    for (const [place, value] of values.entries()) {
      const expected = (value / 255) * photons;
      const drawn = counts.filter((_, i) => i % 5 === place); // 40,000
      assert.ok(Math.abs(mean(drawn) - expected) <= LIMIT * Math.sqrt(expected / 40_000), `${value} of ${photons}`);
      const spread = mean(Array.from(drawn, (count) => (count - expected) ** 2));
      const allowed = LIMIT * Math.sqrt((expected + 2 * expected ** 2) / 40_000);
      assert.ok(Math.abs(spread - expected) <= allowed, `spread of ${value} of ${photons}: ${spread}`);
    }
  }
});

test("impulse noise writes what it drew where it drew it", () => {
  const draw = { places: Uint32Array.of(1, 4), bytes: Uint8Array.of(255, 0) };
  assert.deepEqual(rowsOf(impulseNoise.apply(grey([9, 8, 7, 6, 5]), draw, 0.01)), [[9, 255, 7, 6, 0]]);
});

test("impulse noise hits each value with its probability, black as often as white", () => {
  const picture = flat(128, 200);
  for (const probability of [0.01, 0.07, 0.27]) {
    const { places, bytes } = impulseNoise.draw(
      stream(0, "impulse", Math.round(probability * 100)),
      picture,
      probability,
      picture.bytes,
    );
    assert.ok(places.every((place, i) => place < 120_000 && (i === 0 || place > places[i - 1]!)));
    const expected = 120_000 * probability;
    assert.ok(Math.abs(places.length - expected) < LIMIT * Math.sqrt(expected * (1 - probability)), `${places.length}`);
    const white = bytes.filter((byte) => byte === 255).length;
    assert.equal(bytes.filter((byte) => byte === 0).length, bytes.length - white);
    assert.ok(Math.abs(white - bytes.length / 2) < (LIMIT * Math.sqrt(bytes.length)) / 2, `${white} white`);
    // Evenly over the picture: 40 stretches of 3,000 values.
    const stretches = new Uint32Array(40);
    for (const place of places) stretches[Math.floor(place / 3_000)]!++;
    assert.ok(chiSquared(stretches) < chiSquaredLimit(40));
  }
});

test("impulse noise reaches the first value and the last, and leaves neighbours to chance", () => {
  // 40,000 pictures of 8 values with probability 0.27: each value 10,800 times, deviation 88.8; both neighbours of a
  // pair 2,916 times, deviation 52.
  const shape = shapeOf(2, 4, 1);
  const hits = new Uint32Array(8);
  const pairs = new Uint32Array(7);
  for (let i = 0; i < 40_000; i++) {
    const { places } = impulseNoise.draw(stream(0, "places", i), shape, 0.27, new Uint8Array(8));
    for (const [j, place] of places.entries()) {
      hits[place]!++;
      if (places[j + 1] === place + 1) pairs[place]!++;
    }
  }
  for (const count of hits) assert.ok(Math.abs(count - 10_800) < 5.3 * 88.8, `${count}`); // eight: one in a million of all
  for (const count of pairs) assert.ok(Math.abs(count - 2_916) < 5.3 * 52, `${count}`);
});
