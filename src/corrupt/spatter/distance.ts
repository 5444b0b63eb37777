/**
 * Distances to the nearest edge, as OpenCV measures them: steps of a king and a knight. Source: corruptions-c.md 4,
 * spatter, step 3.
 */
import type { Size } from "../../pictures/resize.ts";

// Lengths in 1/65536 pixel: to the side, aslant, a knight's move.
const SIDE = 65_536;
const SLANT = 91_750;
const KNIGHT = 143_976;
const OUTSIDE = (2 ** 31 - 1) >> 2;

/** With a border of two pixels. */
let distances = new Int32Array(0);

/**
 * Distances of [H,W] pixels from the nearest of those that `edges` marks, in 1/65536 pixel; `limit` is the most, and what
 * all have where there is no edge.
 */
export function measureDistancesInto(
  edges: Uint8Array,
  { height, width }: Size,
  limit: number,
  target: Int32Array,
): void {
  const stride = width + 4;
  const length = (height + 4) * stride;
  if (distances.length < length) distances = new Int32Array(length);
  distances.fill(OUTSIDE, 0, length);

  for (let row = 0, edge = 0; row < height; row++)
    for (let at = (row + 2) * stride + 2, end = at + width; at < end; at++) {
      if (edges[edge++] === 1) {
        distances[at] = 0;
        continue;
      }
      const above = at - stride;
      const twoAbove = above - stride;
      const knight = Math.min(
        distances[twoAbove - 1]!,
        distances[twoAbove + 1]!,
        distances[above - 2]!,
        distances[above + 2]!,
      );
      const slant = Math.min(distances[above - 1]!, distances[above + 1]!);
      const side = Math.min(distances[above]!, distances[at - 1]!);
      distances[at] = Math.min(knight + KNIGHT, slant + SLANT, side + SIDE);
    }

  for (let row = height - 1; row >= 0; row--)
    for (let at = (row + 2) * stride + width + 1, to = (row + 1) * width - 1; to >= row * width; at--, to--) {
      let distance = distances[at]!;
      if (distance > SIDE) {
        const below = at + stride;
        const twoBelow = below + stride;
        const knight = Math.min(
          distances[twoBelow + 1]!,
          distances[twoBelow - 1]!,
          distances[below + 2]!,
          distances[below - 2]!,
        );
        const slant = Math.min(distances[below + 1]!, distances[below - 1]!);
        const side = Math.min(distances[below]!, distances[at + 1]!);
        distance = Math.min(distance, knight + KNIGHT, slant + SLANT, side + SIDE);
        distances[at] = distance;
      }
      target[to] = Math.min(distance, limit);
    }
}
