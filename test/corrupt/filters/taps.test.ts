/** Sums over taps, the motion filter and the disk that are made of them: cases that can be worked out by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { diskKernel, diskTaps } from "../../../src/corrupt/filters/disk.ts";
import { motionFilterInto } from "../../../src/corrupt/filters/motion-filter.ts";
import { sumTapsInto, type Taps } from "../../../src/corrupt/filters/taps.ts";
import { toByte } from "../../../src/corrupt/to-byte.ts";
import { unitOf } from "../../../src/corrupt/unit.ts";
import { blackLike, byteCount, createPicture, type Picture } from "../../../src/pictures/picture.ts";
import { grey, noise, rowsOf, shapeOf } from "../../augment/pictures.ts";

const identity = Float64Array.from({ length: 256 }, (_, byte) => byte);

const tapsOf = (...taps: [row: number, column: number, weight: number][]): Taps => ({
  rows: Int32Array.from(taps, ([row]) => row),
  columns: Int32Array.from(taps, ([, column]) => column),
  weights: Float64Array.from(taps, ([, , weight]) => weight),
});

function sums(picture: Picture, taps: Taps, border: "nearest" | "reflect101" = "nearest"): number[] {
  const target = new Float64Array(byteCount(picture)).fill(Number.NaN);
  sumTapsInto(picture.bytes, picture, identity, taps, border, target);
  return [...target];
}

test("a tap reads the pixel below and to the right of it where it is positive, each channel its own", () => {
  const picture = noise(shapeOf(5, 6, 3));
  const expected = Array.from(picture.bytes, (_, i) => {
    const [row, column, channel] = [Math.floor(i / 18), Math.floor(i / 3) % 6, i % 3];
    const at = (r: number, c: number) => picture.bytes[(Math.min(r, 4) * 6 + Math.max(c, 0)) * 3 + channel]!;
    return 2 * at(row + 1, column) + 0.5 * at(row, column - 2);
  });
  assert.deepEqual(sums(picture, tapsOf([1, 0, 2], [0, -2, 0.5])), expected);
});

test("beside the picture lies its edge, or what the edge mirrors", () => {
  const picture = grey([1, 2, 3]);
  assert.deepEqual(sums(picture, tapsOf([0, -2, 1])), [1, 1, 1]);
  assert.deepEqual(sums(picture, tapsOf([0, -2, 1]), "reflect101"), [3, 2, 1]);
  assert.deepEqual(sums(picture, tapsOf([0, 1, 1]), "reflect101"), [2, 3, 2]);
});

test("motion at 0 degrees brings what lies to the right, at 90 what lies below, fading with the distance", () => {
  const white = createPicture(shapeOf(9, 9, 1));
  white.bytes[4 * 9 + 4] = 255;
  const blurred = (angleDegrees: number) => {
    const result = blackLike(white);
    motionFilterInto(white.bytes, white, { radius: 1, sigma: 1, angleDegrees }, result.bytes);
    return rowsOf(result);
  };
  // 1, e^-0.5, e^-2 over their sum, 1.74187; times 65,535, rounded, divided by 257 and cut: 146.4, 88.8, 19.8.
  const line = [19, 88, 146];
  assert.deepEqual(blurred(0)[4], [0, 0, ...line, 0, 0, 0, 0]);
  assert.deepEqual(
    blurred(90).map((row) => row[4]),
    [0, 0, ...line, 0, 0, 0, 0],
  );
  // On the slant, 0.71 and 1.41 pixels away are both rounded to 1.
  assert.deepEqual(
    blurred(45).map((row, i) => row[i]),
    [0, 0, 0, 108, 146, 0, 0, 0, 0],
  );
});

test("motion leaves every flat picture as it is, at any angle, and may write where it reads", () => {
  for (let byte = 0; byte < 256; byte += 5)
    for (const angleDegrees of [-135, -45, 0, 17, 90]) {
      const picture = createPicture(shapeOf(8, 11, 3));
      picture.bytes.fill(byte);
      motionFilterInto(picture.bytes, picture, { radius: 15, sigma: 8, angleDegrees }, picture.bytes);
      assert.ok(picture.bytes.every((value) => value === byte));
    }
});

test("a disk of radius 1.5 is nine ninths, and one of 0.3 its middle, softened", () => {
  const { rows, columns, weights } = diskTaps(1.5, 0.1);
  assert.deepEqual([...rows], [-1, -1, -1, 0, 0, 0, 1, 1, 1]);
  assert.deepEqual([...columns], [-1, 0, 1, -1, 0, 1, -1, 0, 1]);
  assert.deepEqual([...weights], Array(9).fill(Math.fround(1 / 9)));
  // e^(-0.5 / 0.16) = 0.04394 beside a middle of 1: together 1.08787.
  const [corner, edge, middle] = [0, 1, 4].map((tap) => diskTaps(0.3, 0.4).weights[tap]!);
  assert.ok(Math.abs(middle! - 0.84497) < 1e-5);
  assert.ok(Math.abs(edge! - 0.03713) < 1e-5);
  assert.ok(Math.abs(corner! - 0.00163) < 1e-5);
});

test("disks add up to 1, but for those of 8 and 10 that touch the edge of their kernel", () => {
  // The two sums: corruptions-c.md 4.
  for (const [radius, sigma, expected] of [
    [0.5, 0.6, 1],
    [2.5, 0.01, 1],
    [3, 0.1, 1],
    [6, 0.5, 1],
    [8, 0.5, 1.01298],
    [10, 0.5, 1.01079],
  ] as const) {
    const sum = diskTaps(radius, sigma).weights.reduce((a, b) => a + b);
    assert.ok(Math.abs(sum - expected) < (expected === 1 ? 1e-7 : 5e-6), `${radius}: ${sum}`);
  }
});

test("the weights that are left out of a disk change no byte", () => {
  for (const [radius, sigma] of [
    [1.5, 0.1],
    [3, 0.1],
  ] as const) {
    const kernel = diskKernel(radius, sigma);
    const side = Math.sqrt(kernel.length);
    const all: [number, number, number][] = [...kernel].map((weight, i) => [
      Math.floor(i / side) - 8,
      (i % side) - 8,
      weight,
    ]);
    for (let seed = 0; seed < 5; seed++) {
      const picture = noise(shapeOf(32, 32, 3), { seed, high: [255, 3, 1, 0, 60][seed]! });
      const [few, many] = [diskTaps(radius, sigma), tapsOf(...all)].map((taps) => {
        const target = new Float64Array(byteCount(picture));
        sumTapsInto(picture.bytes, picture, unitOf, taps, "reflect101", target);
        return Uint8Array.from(target, toByte);
      });
      assert.deepEqual(few, many);
    }
  }
});
