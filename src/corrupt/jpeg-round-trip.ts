/**
 * What JPEG makes of a picture, without a file between: Pillow's encoder (libjpeg-turbo, colour at half resolution) and
 * decoder as one function of whole numbers, byte for byte. Source: corruptions-c.md 5. No sum leaves 32 bits: the
 * coefficients come from bytes, not from a file that may claim anything.
 */
import type { PictureShape } from "../pictures/picture.ts";
import { forwardTransform, inverseTransform } from "./jpeg-transform.ts";

// biome-ignore format: a table
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61,
  12, 12, 14, 19, 26, 58, 60, 55,
  14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77,
  24, 35, 55, 64, 81, 104, 113, 92,
  49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
// biome-ignore format: a table
const CHROMA = [
  17, 18, 24, 47, 99, 99, 99, 99,
  18, 21, 26, 66, 99, 99, 99, 99,
  24, 26, 56, 99, 99, 99, 99, 99,
  47, 66, 99, 99, 99, 99, 99, 99,
  ...new Array<number>(32).fill(99),
];

/** By coefficient of a block: half of its step, and what multiplying by divides by the step. Both are eight times the
 *  table's, as coefficients are. */
interface Quantisation {
  readonly halves: Int32Array;
  readonly reciprocals: Float64Array;
}

/** Of luma and chroma, by quality. */
const quantisations = new Map<number, { readonly luma: Quantisation; readonly chroma: Quantisation }>();

function quantisationsOf(quality: number) {
  let found = quantisations.get(quality);
  if (found === undefined) {
    const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
    found = { luma: quantisation(LUMA, scale), chroma: quantisation(CHROMA, scale) };
    quantisations.set(quality, found);
  }
  return found;
}

function quantisation(base: readonly number[], scale: number): Quantisation {
  const steps = Int32Array.from(base, (entry) => Math.min(255, Math.max(1, Math.floor((entry * scale + 50) / 100))));
  // 2^31/divisor rounded up, over 2^31: exact for dividends below 2^20, since the divisors are below 2^11.
  const reciprocals = Float64Array.from(steps, (step) => Math.ceil(2 ** 31 / (8 * step)) / 2 ** 31);
  return { halves: steps.map((step) => 4 * step), reciprocals };
}

/** A plane of bytes in whole blocks. Kept between pictures. */
class Plane {
  values = new Uint8Array(0);
  /** Bytes of a row: a multiple of 8. */
  stride = 0;
  rows = 0;

  resize(rows: number, stride: number): void {
    this.rows = rows;
    this.stride = stride;
    if (this.values.length < rows * stride) this.values = new Uint8Array(rows * stride);
  }
}

const luma = new Plane();
const blueChroma = new Plane();
const redChroma = new Plane();
/** Chroma before it is halved. */
const wideBlue = new Plane();
const wideRed = new Plane();

const upTo = (side: number, multiple: number): number => Math.ceil(side / multiple) * multiple;

/**
 * Both hold [H,W,C] bytes; one channel is luma alone, as Pillow's mode L.
 * @param quality a whole number, 1 to 100
 */
export function jpegRoundTripInto(
  source: Uint8Array,
  { height, width, channels }: PictureShape,
  quality: number,
  target: Uint8Array,
): void {
  const quantise = quantisationsOf(quality);
  luma.resize(upTo(height, 8), upTo(width, 8));
  if (channels === 1) {
    for (let row = 0; row < height; row++)
      luma.values.set(source.subarray(row * width, (row + 1) * width), row * luma.stride);
  } else {
    wideBlue.resize(upTo(height, 2), upTo(width, 16));
    wideRed.resize(upTo(height, 2), upTo(width, 16));
    separate(source, height, width);
    for (const [wide, half] of [
      [wideBlue, blueChroma],
      [wideRed, redChroma],
    ] as const) {
      repeatEdges(wide, height, width);
      halve(wide, half);
      repeatEdges(half, wide.rows / 2, half.stride);
      roundTripPlane(half, quantise.chroma);
    }
  }
  repeatEdges(luma, height, width);
  roundTripPlane(luma, quantise.luma);
  if (channels === 3) join(height, width, target);
  else
    for (let row = 0; row < height; row++)
      target.set(luma.values.subarray(row * luma.stride, row * luma.stride + width), row * width);
}

/** Red, green and blue into luma and two planes of chroma. */
function separate(source: Uint8Array, height: number, width: number): void {
  const y = luma.values;
  const cb = wideBlue.values;
  const cr = wideRed.values;
  const half = 8_388_608 + 32_767;
  for (let row = 0, from = 0; row < height; row++) {
    const start = row * luma.stride;
    const wideStart = row * wideBlue.stride;
    for (let column = 0; column < width; column++, from += 3) {
      const red = source[from]!;
      const green = source[from + 1]!;
      const blue = source[from + 2]!;
      y[start + column] = (19_595 * red + 38_470 * green + 7471 * blue + 32_768) >> 16;
      cb[wideStart + column] = (-11_059 * red - 21_709 * green + 32_768 * blue + half) >> 16;
      cr[wideStart + column] = (32_768 * red - 27_439 * green - 5329 * blue + half) >> 16;
    }
  }
}

/** Fills what lies right of and below the given part by its last column and row. */
function repeatEdges({ values, stride, rows }: Plane, height: number, width: number): void {
  if (width < stride)
    for (let row = 0; row < height; row++) {
      const start = row * stride;
      values.fill(values[start + width - 1]!, start + width, start + stride);
    }
  for (let row = height; row < rows; row++) values.copyWithin(row * stride, (height - 1) * stride, height * stride);
}

/** The mean of every four pixels; .25 to .75 are rounded down and up by turns. */
function halve(wide: Plane, half: Plane): void {
  const { values, stride, rows } = wide;
  half.resize(upTo(rows / 2, 8), stride / 2);
  for (let row = 0; row < rows / 2; row++) {
    let from = 2 * row * stride;
    let at = row * half.stride;
    for (let column = 0; column < half.stride; column++, from += 2)
      half.values[at++] =
        (values[from]! + values[from + 1]! + values[from + stride]! + values[from + stride + 1]! + 1 + (column & 1)) >>
        2;
  }
}

const block = new Int32Array(64);

function roundTripPlane({ values, stride, rows }: Plane, { halves, reciprocals }: Quantisation): void {
  for (let top = 0; top < rows; top += 8)
    for (let left = 0; left < stride; left += 8) {
      const start = top * stride + left;
      for (let row = 0, at = 0, from = start; row < 8; row++, from += stride - 8)
        for (let column = 0; column < 8; column++) block[at++] = values[from++]! - 128;
      forwardTransform(block);
      for (let i = 0; i < 64; i++) {
        // Coefficients are eight times too large; halves go away from 0. Most become 0.
        const coefficient = block[i]!;
        const half = halves[i]!;
        if (coefficient >= half) block[i] = Math.imul(((coefficient + half) * reciprocals[i]!) | 0, half) >> 2;
        else if (coefficient <= -half) block[i] = -Math.imul(((half - coefficient) * reciprocals[i]!) | 0, half) >> 2;
        else block[i] = 0;
      }
      inverseTransform(block);
      for (let row = 0, at = 0, to = start; row < 8; row++, to += stride - 8)
        for (let column = 0; column < 8; column++) {
          const value = block[at++]! + 128;
          values[to++] = value < 0 ? 0 : value > 255 ? 255 : value;
        }
    }
}

// By byte of chroma: what it adds to red, green (in 1/65536) and blue.
const redOfRed = Int32Array.from({ length: 256 }, (_, cr) => (91_881 * (cr - 128) + 32_768) >> 16);
const blueOfBlue = Int32Array.from({ length: 256 }, (_, cb) => (116_130 * (cb - 128) + 32_768) >> 16);
const greenOfRed = Int32Array.from({ length: 256 }, (_, cr) => -46_802 * (cr - 128) + 32_768);
const greenOfBlue = Int32Array.from({ length: 256 }, (_, cb) => -22_554 * (cb - 128));

/** One row of each chroma plane, doubled in width. */
let wideBlueRow = new Uint8Array(0);
let wideRedRow = new Uint8Array(0);

/** Doubles the chroma and writes red, green and blue. */
function join(height: number, width: number, target: Uint8Array): void {
  if (wideBlueRow.length < width + 1) {
    wideBlueRow = new Uint8Array(width + 1);
    wideRedRow = new Uint8Array(width + 1);
  }
  const rows = (height + 1) >> 1;
  const columns = (width + 1) >> 1;
  for (let row = 0, at = 0; row < height; row++) {
    const near = row >> 1;
    const far = row & 1 ? Math.min(near + 1, rows - 1) : Math.max(near - 1, 0);
    doubleRow(blueChroma, near, far, columns, wideBlueRow);
    doubleRow(redChroma, near, far, columns, wideRedRow);
    const start = row * luma.stride;
    for (let column = 0; column < width; column++, at += 3) {
      const y = luma.values[start + column]!;
      const cb = wideBlueRow[column]!;
      const cr = wideRedRow[column]!;
      const red = y + redOfRed[cr]!;
      const green = y + ((greenOfRed[cr]! + greenOfBlue[cb]!) >> 16);
      const blue = y + blueOfBlue[cb]!;
      target[at] = red < 0 ? 0 : red > 255 ? 255 : red;
      target[at + 1] = green < 0 ? 0 : green > 255 ? 255 : green;
      target[at + 2] = blue < 0 ? 0 : blue > 255 ? 255 : blue;
    }
  }
}

/** Between the samples of two rows, three quarters of the nearer one; along the row in the same way. */
function doubleRow({ values, stride }: Plane, near: number, far: number, columns: number, target: Uint8Array): void {
  const nearStart = near * stride;
  const farStart = far * stride;
  let before = 3 * values[nearStart]! + values[farStart]!;
  let here = before;
  for (let column = 0; column < columns; column++) {
    const next = Math.min(column + 1, columns - 1);
    const after = 3 * values[nearStart + next]! + values[farStart + next]!;
    target[2 * column] = (3 * here + before + 8) >> 4;
    target[2 * column + 1] = (3 * here + after + 7) >> 4;
    before = here;
    here = after;
  }
}
