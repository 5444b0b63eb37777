/** Enlarges the colours by three different factors, as a poor lens does. Source: corruptions-cbar.md 5. */
import type { PictureShape } from "../pictures/picture.ts";
import { roundHalfEven } from "../pictures/rounding.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { indexWithin } from "./filters/border.ts";
import { splineWeightsInto } from "./filters/cubic-spline.ts";
import { lastMade } from "./filters/last-made.ts";
import { createScratch } from "./filters/scratch.ts";

/** Of a whole number, in which the order of a sum may decide to which side it falls; sums differ by 1e-13 at most. */
const NEAR = 1e-9;

export const transverseChromaticAbberation = defineCorruption({
  name: "transverse_chromatic_abberation",
  summary: "Enlarges the colours by three different factors",
  constants: barStrengths({ cifar: [1, 2, 5, 9, 10] }),
  /** Which of the three factors each channel takes; a grey picture takes red's. */
  draw: (stream) => ({ order: stream.permutation(3) }),
  applyInto(source, shape, { order }, strength, target) {
    for (let channel = 0; channel < shape.channels; channel++)
      enlarge(source, shape, channel, 1 + (level(strength, 0.5) * order[channel]!) / 2, target);
  },
});

/** For each pixel of an axis, the four that it is a mean of, and their weights. */
interface Taps {
  readonly indices: Int32Array;
  readonly weights: Float64Array;
}

const tapsOf = lastMade<Taps>(64);

function makeTaps(length: number, factor: number): Taps {
  const enlarged = roundHalfEven(length * factor);
  const step = (length - 1) / (enlarged - 1);
  const margin = Math.floor((enlarged - length) / 2);
  const taps = { indices: new Int32Array(4 * length), weights: new Float64Array(4 * length) };
  for (let i = 0; i < length; i++) {
    const place = step * (margin + i);
    const first = Math.floor(place);
    splineWeightsInto(taps.weights, 4 * i, place - first);
    for (let tap = 0; tap < 4; tap++) taps.indices[4 * i + tap] = indexWithin(first + tap - 1, length, "reflect101");
  }
  return taps;
}

const bandScratch = createScratch(Float64Array);

/** Means down the columns first, then along the row: 8 products a pixel instead of 32. */
function enlarge(
  source: Uint8Array,
  { height, width, channels }: PictureShape,
  channel: number,
  factor: number,
  target: Uint8Array,
): void {
  const rows = tapsOf(`${height} ${factor}`, () => makeTaps(height, factor));
  const columns = tapsOf(`${width} ${factor}`, () => makeTaps(width, factor));
  const { indices, weights } = columns;
  const band = bandScratch(width);
  const rowLength = width * channels;
  for (let y = 0, at = channel; y < height; y++) {
    const row0 = rows.indices[4 * y]! * rowLength;
    const row1 = rows.indices[4 * y + 1]! * rowLength;
    const row2 = rows.indices[4 * y + 2]! * rowLength;
    const row3 = rows.indices[4 * y + 3]! * rowLength;
    const weight0 = rows.weights[4 * y]!;
    const weight1 = rows.weights[4 * y + 1]!;
    const weight2 = rows.weights[4 * y + 2]!;
    const weight3 = rows.weights[4 * y + 3]!;
    for (let x = 0, from = channel; x < width; x++, from += channels)
      band[x] =
        source[row0 + from]! * weight0 +
        source[row1 + from]! * weight1 +
        source[row2 + from]! * weight2 +
        source[row3 + from]! * weight3;
    for (let x = 0; x < width; x++, at += channels) {
      const tap = 4 * x;
      const value =
        band[indices[tap]!]! * weights[tap]! +
        band[indices[tap + 1]!]! * weights[tap + 1]! +
        band[indices[tap + 2]!]! * weights[tap + 2]! +
        band[indices[tap + 3]!]! * weights[tap + 3]! +
        0.5;
      const whole = (value + NEAR) | 0;
      target[at] =
        value - whole < NEAR ? sumInOrder(source, width, channels, channel, rows, y, columns, x) + 0.5 : whole;
    }
  }
}

/** The original's sum, tap after tap. Halves are common at factor 1: the other order rounds 1 byte of 500 differently. */
function sumInOrder(
  source: Uint8Array,
  width: number,
  channels: number,
  channel: number,
  rows: Taps,
  y: number,
  columns: Taps,
  x: number,
): number {
  let sum = 0;
  for (let i = 4 * y; i < 4 * y + 4; i++)
    for (let j = 4 * x; j < 4 * x + 4; j++) {
      const value = source[(rows.indices[i]! * width + columns.indices[j]!) * channels + channel]!;
      sum += value * rows.weights[i]! * columns.weights[j]!;
    }
  return sum;
}
