/** SciPy's Gaussian filter, digit by digit. Source: corruptions-c.md 2.5. */
import type { PictureShape } from "../../pictures/picture.ts";
import { type Border, indexWithin } from "./border.ts";
import { storedHalf } from "./gaussian-stored.ts";
import { lastMade } from "./last-made.ts";
import { createScratch } from "./scratch.ts";

export interface GaussianOptions {
  /** Standard deviation in samples; up to 1e-15 it filters nothing. */
  readonly sigma: number;
  /** Where the weights end, in standard deviations. */
  readonly truncate: number;
  readonly border: Border;
  /** What the original keeps the result of each pass in. */
  readonly stored: "float32" | "float64";
}

const halfOf = lastMade<Float64Array>(32);
const paddedScratch = createScratch(Float64Array);

/**
 * Filters [H,W,C] values down, then across, never over channels, into `target`, which may be `source` itself. In a picture
 * that is not square the rule of the square one holds for each direction by itself. Fills an argument: hot.
 */
export function gaussianFilterInto(
  source: Float64Array,
  { height, width, channels }: PictureShape,
  { sigma, truncate, border, stored }: GaussianOptions,
  target: Float64Array,
): void {
  const rowLength = width * channels;
  const size = height * rowLength;
  const half = halfOf(`${sigma} ${truncate}`, () => gaussianHalf(sigma, truncate));
  const radius = half.length - 1;
  if (radius === 0) {
    if (source !== target) for (let i = 0; i < size; i++) target[i] = source[i]!;
    return;
  }
  const padded = paddedScratch(Math.max((height + 2 * radius) * rowLength, (width + 2 * radius) * channels));

  for (let row = -radius, at = 0; row < height + radius; row++) {
    const from = indexWithin(row, height, border) * rowLength;
    for (let i = 0; i < rowLength; i++) padded[at++] = source[from + i]!;
  }
  sumPairsInto(target, 0, size, padded, radius * rowLength, rowLength, half);
  if (stored === "float32") roundToFloat32(target, size);

  const first = radius * channels;
  for (let start = 0; start < size; start += rowLength) {
    for (let i = 0; i < rowLength; i++) padded[first + i] = target[start + i]!;
    for (let column = 1; column <= radius; column++) {
      const before = first + indexWithin(-column, width, border) * channels;
      const after = first + indexWithin(width - 1 + column, width, border) * channels;
      for (let channel = 0; channel < channels; channel++) {
        padded[first - column * channels + channel] = padded[before + channel]!;
        padded[first + rowLength + (column - 1) * channels + channel] = padded[after + channel]!;
      }
    }
    sumPairsInto(target, start, rowLength, padded, first, channels, half);
  }
  if (stored === "float32") roundToFloat32(target, size);
}

/** The weights from the centre outwards: i = 0 to r, all 2r + 1 of which add up to 1. */
export function gaussianHalf(sigma: number, truncate: number): Float64Array {
  if (sigma <= 1e-15) return Float64Array.of(1);
  const stored = storedHalf(sigma, truncate);
  if (stored !== undefined) return stored;
  const radius = Math.trunc(truncate * sigma + 0.5);
  const scale = -0.5 / (sigma * sigma);
  const bell = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(scale * (i - radius) ** 2));
  const sum = sumAsNumPy(bell);
  return bell.subarray(radius).map((weight) => weight / sum);
}

/**
 * For `count` values of `padded` that begin at `from`: the centre, then the pairs from the outermost inwards, as SciPy
 * adds. Four that lie one stride apart at a time: what one of them reads, the next reads in the next step.
 */
function sumPairsInto(
  target: Float64Array,
  at: number,
  count: number,
  padded: Float64Array,
  from: number,
  stride: number,
  half: Float64Array,
): void {
  const radius = half.length - 1;
  const centre = half[0]!;
  let i = 0;
  for (; i + 4 * stride <= count; i += 4 * stride)
    for (let lane = 0; lane < stride; lane++) {
      const here = from + i + lane;
      let sum0 = padded[here]! * centre;
      let sum1 = padded[here + stride]! * centre;
      let sum2 = padded[here + 2 * stride]! * centre;
      let sum3 = padded[here + 3 * stride]! * centre;
      let left = here - radius * stride;
      let left0 = padded[left]!;
      let left1 = padded[left + stride]!;
      let left2 = padded[left + 2 * stride]!;
      left += 3 * stride;
      let right = here + radius * stride;
      let right1 = padded[right + stride]!;
      let right2 = padded[right + 2 * stride]!;
      let right3 = padded[right + 3 * stride]!;
      for (let j = radius; j > 0; j--) {
        const weight = half[j]!;
        const left3 = padded[left]!;
        const right0 = padded[right]!;
        sum0 += (left0 + right0) * weight;
        sum1 += (left1 + right1) * weight;
        sum2 += (left2 + right2) * weight;
        sum3 += (left3 + right3) * weight;
        left0 = left1;
        left1 = left2;
        left2 = left3;
        right3 = right2;
        right2 = right1;
        right1 = right0;
        left += stride;
        right -= stride;
      }
      const to = at + i + lane;
      target[to] = sum0;
      target[to + stride] = sum1;
      target[to + 2 * stride] = sum2;
      target[to + 3 * stride] = sum3;
    }
  for (; i < count; i++) {
    const here = from + i;
    let sum = padded[here]! * centre;
    for (let j = radius; j > 0; j--) sum += (padded[here - j * stride]! + padded[here + j * stride]!) * half[j]!;
    target[at + i] = sum;
  }
}

function roundToFloat32(values: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) values[i] = Math.fround(values[i]!);
}

/** In NumPy's order: eight sums side by side, of halves where there are more than 128. Others differ in the last place. */
function sumAsNumPy(values: Float64Array): number {
  const { length } = values;
  if (length < 8) return values.reduce((sum, value) => sum + value);
  if (length > 128) {
    const middle = (length >> 1) & ~7;
    return sumAsNumPy(values.subarray(0, middle)) + sumAsNumPy(values.subarray(middle));
  }
  const sums = values.slice(0, 8);
  const whole = length & ~7;
  for (let i = 8; i < whole; i++) sums[i & 7]! += values[i]!;
  const [a, b, c, d, e, f, g, h] = sums as unknown as [number, number, number, number, number, number, number, number];
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let i = whole; i < length; i++) sum += values[i]!;
  return sum;
}
