/** The relief of drops, from the distances to their edges. Source: corruptions-c.md 4, spatter, steps 4 to 7. */

import { roundHalfEven } from "../../pictures/rounding.ts";

interface PlaneSize {
  readonly height: number;
  readonly width: number;
}

/** With a border of one pixel: what lies one pixel inside the edge, the edge not repeated. */
let padded = new Int32Array(0);
const counts = new Int32Array(256);
const levels = new Uint8Array(256);

/** Distances [H,W] in 1/65536 pixel, of less than 256 pixels, become the bytes of the relief. */
export function makeReliefInto(distances: Int32Array, size: PlaneSize, relief: Uint8Array): void {
  averageDistances(distances, size, relief);
  equalize(relief, size.height * size.width);
  emboss(relief, size);
  averageBytes(relief, size);
}

function pad(plane: Int32Array | Uint8Array, { height, width }: PlaneSize): void {
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

/** Of a pixel of `padded` and those around it. */
function sumAround(at: number, stride: number): number {
  const above = at - stride;
  const below = at + stride;
  return (
    padded[above - 1]! +
    padded[above]! +
    padded[above + 1]! +
    padded[at - 1]! +
    padded[at]! +
    padded[at + 1]! +
    padded[below - 1]! +
    padded[below]! +
    padded[below + 1]!
  );
}

/** Means of 3x3 in float32, the fraction dropped. */
function averageDistances(distances: Int32Array, size: PlaneSize, target: Uint8Array): void {
  pad(distances, size);
  const stride = size.width + 2;
  for (let row = 1, to = 0; row <= size.height; row++)
    for (let at = row * stride + 1, end = at + size.width; at < end; at++)
      target[to++] = Math.fround((sumAround(at, stride) / 65_536) * (1 / 9));
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
function emboss(bytes: Uint8Array, size: PlaneSize): void {
  pad(bytes, size);
  const stride = size.width + 2;
  for (let row = 1, to = 0; row <= size.height; row++)
    for (let at = row * stride + 1, end = at + size.width; at < end; at++) {
      const above = at - stride;
      const below = at + stride;
      const light =
        2 * (padded[below + 1]! - padded[above - 1]!) +
        padded[below]! +
        padded[at + 1]! +
        padded[at]! -
        padded[above]! -
        padded[at - 1]!;
      bytes[to++] = light < 0 ? 0 : light > 255 ? 255 : light;
    }
}

/** Means of 3x3, rounded. In place. */
function averageBytes(bytes: Uint8Array, size: PlaneSize): void {
  pad(bytes, size);
  const stride = size.width + 2;
  for (let row = 1, to = 0; row <= size.height; row++)
    for (let at = row * stride + 1, end = at + size.width; at < end; at++)
      bytes[to++] = (sumAround(at, stride) + 4) / 9;
}
