/** The relief of drops, from the distances to their edges. Source: corruptions-c.md 4, spatter, steps 4 to 7. */
import type { Size } from "../../pictures/resize.ts";
import { roundHalfEven } from "../../pictures/rounding.ts";

/** With a border of one pixel: what lies one pixel inside the edge, the edge not repeated. */
let padded = new Int32Array(0);
let sums = new Int32Array(0);
const counts = new Int32Array(256);
const levels = new Uint8Array(256);

/** Distances [H,W] in 1/65536 pixel, of less than 256 pixels, become the bytes of the relief. */
export function makeReliefInto(distances: Int32Array, size: Size, relief: Uint8Array): void {
  averageDistances(distances, size, relief);
  equalize(relief, size.height * size.width);
  emboss(relief, size);
  averageBytes(relief, size);
}

function pad(plane: Int32Array | Uint8Array, { height, width }: Size): void {
  const stride = width + 2;
  if (padded.length < (height + 2) * stride) padded = new Int32Array((height + 2) * stride);
  for (let row = 0, from = 0; row < height; row++) {
    const start = (row + 1) * stride;
    for (let at = start + 1; at <= start + width; at++) padded[at] = plane[from++]!;
    padded[start] = padded[start + 2]!;
    padded[start + width + 1] = padded[start + width - 1]!;
  }
  padded.copyWithin(0, 2 * stride, 3 * stride);
  padded.copyWithin((height + 1) * stride, (height - 1) * stride, height * stride);
}

/** Fills `sums` [H,W] with those of each pixel of the plane and the eight around it. */
function sumAround(plane: Int32Array | Uint8Array, size: Size): void {
  pad(plane, size);
  const { height, width } = size;
  if (sums.length < height * width) sums = new Int32Array(height * width);
  const stride = width + 2;
  for (let row = 1, to = 0; row <= height; row++) {
    const start = row * stride;
    // Sums of columns of three, each of which serves three pixels.
    let left = sumOfColumn(start, stride);
    let middle = sumOfColumn(start + 1, stride);
    for (let at = start + 2, end = at + width; at < end; at++) {
      const right = sumOfColumn(at, stride);
      sums[to++] = left + middle + right;
      left = middle;
      middle = right;
    }
  }
}

function sumOfColumn(at: number, stride: number): number {
  return padded[at - stride]! + padded[at]! + padded[at + stride]!;
}

/** Means of 3x3 in float32, the fraction dropped. */
function averageDistances(distances: Int32Array, size: Size, target: Uint8Array): void {
  sumAround(distances, size);
  for (let i = 0; i < size.height * size.width; i++) target[i] = Math.fround((sums[i]! / 65_536) * (1 / 9));
}

/** Spreads the levels so that all are as frequent, as far as can be. In place. */
function equalize(bytes: Uint8Array, count: number): void {
  counts.fill(0);
  for (let i = 0; i < count; i++) counts[bytes[i]!]!++;
  const lowest = counts.findIndex((frequency) => frequency > 0);
  if (counts[lowest] === count) return;
  const scale = Math.fround(255 / (count - counts[lowest]!));
  levels[lowest] = 0;
  for (let level = lowest + 1, running = 0; level < 256; level++) {
    running += counts[level]!;
    levels[level] = roundHalfEven(Math.fround(running * scale));
  }
  for (let i = 0; i < count; i++) bytes[i] = levels[bytes[i]!]!;
}

/** Lights the relief from the upper left. In place. */
function emboss(bytes: Uint8Array, size: Size): void {
  pad(bytes, size);
  const stride = size.width + 2;
  for (let row = 1, to = 0; row <= size.height; row++) {
    const start = row * stride;
    let aboveLeft = padded[start - stride]!;
    let left = padded[start]!;
    let here = padded[start + 1]!;
    let below = padded[start + stride + 1]!;
    for (let at = start + 1, end = at + size.width; at < end; at++) {
      const above = padded[at - stride]!;
      const right = padded[at + 1]!;
      const belowRight = padded[at + stride + 1]!;
      const light = 2 * (belowRight - aboveLeft) + below + right + here - above - left;
      bytes[to++] = light < 0 ? 0 : light > 255 ? 255 : light;
      aboveLeft = above;
      left = here;
      here = right;
      below = belowRight;
    }
  }
}

/** Means of 3x3, rounded. In place. */
function averageBytes(bytes: Uint8Array, size: Size): void {
  sumAround(bytes, size);
  for (let i = 0; i < size.height * size.width; i++) bytes[i] = (sums[i]! + 4) / 9;
}
