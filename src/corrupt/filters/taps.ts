/** Weighted sums over places around each pixel (taps), in the order in which they are given, in float64. */
import type { PictureShape } from "../../pictures/picture.ts";
import { type Border, indexWithin } from "./border.ts";
import { createScratch } from "./scratch.ts";

/** Places relative to the pixel, positive to below and to the right, and their weights: as long as each other. */
export interface Taps {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Float64Array;
}

const paddedScratch = createScratch(Float64Array);

/**
 * Fills `target` [H,W,C] with the sums over `values[byte]` for the bytes of `source`. About 0.5 ns a tap.
 * Fills an argument: hot.
 */
export function sumTapsInto(
  source: Uint8Array,
  { height, width, channels }: PictureShape,
  values: Float64Array,
  { rows, columns, weights }: Taps,
  border: Border,
  target: Float64Array,
): void {
  const top = 0 - smallest(rows); // not -0, which would put every index below into a double: twice the time
  const left = 0 - smallest(columns);
  const paddedHeight = height + top + largest(rows);
  const paddedWidth = width + left + largest(columns);
  const rowLength = width * channels;
  const paddedLength = paddedWidth * channels;
  const padded = paddedScratch(paddedHeight * paddedLength);
  for (let row = 0, at = 0; row < paddedHeight; row++) {
    const from = indexWithin(row - top, height, border) * rowLength;
    for (let column = -left; column < 0; column++) {
      const pixel = from + indexWithin(column, width, border) * channels;
      for (let channel = 0; channel < channels; channel++) padded[at++] = values[source[pixel + channel]!]!;
    }
    for (let i = 0; i < rowLength; i++) padded[at++] = values[source[from + i]!]!;
    for (let column = width; column < paddedWidth - left; column++) {
      const pixel = from + indexWithin(column, width, border) * channels;
      for (let channel = 0; channel < channels; channel++) padded[at++] = values[source[pixel + channel]!]!;
    }
  }

  const offsets = new Int32Array(weights.length);
  for (let tap = 0; tap < offsets.length; tap++)
    offsets[tap] = (top + rows[tap]!) * paddedLength + (left + columns[tap]!) * channels;
  for (let row = 0; row < height; row++)
    sumLineInto(target, row * rowLength, rowLength, padded, row * paddedLength, offsets, weights);
}

/** Four sums at a time, since each waits for itself, and offsets and weights are read once for all four. */
function sumLineInto(
  target: Float64Array,
  at: number,
  count: number,
  padded: Float64Array,
  from: number,
  offsets: Int32Array,
  weights: Float64Array,
): void {
  const { length } = weights;
  let i = 0;
  for (; i + 3 < count; i += 4) {
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let tap = 0; tap < length; tap++) {
      const place = from + i + offsets[tap]!;
      const weight = weights[tap]!;
      sum0 += padded[place]! * weight;
      sum1 += padded[place + 1]! * weight;
      sum2 += padded[place + 2]! * weight;
      sum3 += padded[place + 3]! * weight;
    }
    target[at + i] = sum0;
    target[at + i + 1] = sum1;
    target[at + i + 2] = sum2;
    target[at + i + 3] = sum3;
  }
  for (; i < count; i++) {
    let sum = 0;
    for (let tap = 0; tap < length; tap++) sum += padded[from + i + offsets[tap]!]! * weights[tap]!;
    target[at + i] = sum;
  }
}

/** Of the taps and the pixel itself. */
function smallest(places: Int32Array): number {
  let least = 0;
  for (const place of places) if (place < least) least = place;
  return least;
}

function largest(places: Int32Array): number {
  let most = 0;
  for (const place of places) if (place > most) most = place;
  return most;
}
