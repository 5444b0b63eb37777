/** Which published constants a picture takes, by its size. */
import { PatinaError } from "../errors.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { type TableSize, tableSizes } from "./define.ts";

/** Shorter sides of corrupted pictures, in pixels: below, kernels and patterns are wider than the picture. */
export const SMALLEST_SIDE = 8;

/**
 * The table size nearest to the shorter side; half-way, the smaller one.
 * @throws PatinaError `picture` where a side is below 8 pixels
 */
export function tableOf({ height, width }: PictureShape): TableSize {
  const side = Math.min(height, width);
  if (side < SMALLEST_SIDE)
    throw new PatinaError(
      "picture",
      `The picture is ${height}x${width}; corruptions take ${SMALLEST_SIDE} pixels a side or more. Enlarge it first.`,
    );
  let nearest: TableSize = tableSizes[0];
  for (const size of tableSizes) if (Math.abs(size - side) < Math.abs(nearest - side)) nearest = size;
  return nearest;
}

/** Whether the benchmarks define the result: colour pictures of 32x32, 64x64 or 224x224. Others have results of our own. */
export function isStandard({ height, width, channels }: PictureShape): boolean {
  return height === width && channels === 3 && (tableSizes as readonly number[]).includes(height);
}
