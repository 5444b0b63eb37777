/**
 * The bilinear sampler for float32 pictures, black outside. Source: corruptions-cbar.md 3.1, with the widths that NumPy
 * below 2 gives each number: a pixel times a weight is float32, a pixel that is missing is a float64 0 and makes the sums
 * that it enters float64.
 */
import type { PictureShape } from "../../pictures/picture.ts";

const fround = Math.fround;

/**
 * The colour at (row, column), which need not be whole, into `colour`. Returns whether it is float32: whether all four
 * pixels were there. Fills an argument, since an array a pixel costs more than the pixel.
 */
export function sampleBilinearInto(
  colour: Float64Array,
  picture: Float32Array,
  { height, width, channels }: PictureShape,
  row: number,
  column: number,
): boolean {
  const top = Math.floor(row);
  const left = Math.floor(column);
  const leftWeight = 1 - column + left;
  const rightWeight = 1 - (left + 1) + column;
  const topWeight = 1 - row + top;
  const bottomWeight = 1 - (top + 1) + row;
  const a = fround(leftWeight);
  const b = fround(rightWeight);
  const c = fround(topWeight);
  const d = fround(bottomWeight);
  const at = (top * width + left) * channels;
  const below = at + width * channels;
  if (top >= 0 && top + 1 < height && left >= 0 && left + 1 < width) {
    for (let channel = 0; channel < channels; channel++) {
      const upper = fround(fround(picture[at + channel]! * a) + fround(picture[at + channels + channel]! * b));
      const lower = fround(fround(picture[below + channel]! * a) + fround(picture[below + channels + channel]! * b));
      colour[channel] = fround(fround(upper * c) + fround(lower * d));
    }
    return true;
  }
  const hasTop = top >= 0 && top < height;
  const hasBottom = top >= -1 && top + 1 < height;
  const hasLeft = left >= 0 && left < width;
  const hasRight = left >= -1 && left + 1 < width;
  const isNarrow = hasLeft && hasRight;
  for (let channel = 0; channel < channels; channel++) {
    let upper = 0;
    let lower = 0;
    if (hasTop && hasLeft) upper = fround(picture[at + channel]! * a);
    if (hasTop && hasRight) upper += fround(picture[at + channels + channel]! * b);
    if (hasBottom && hasLeft) lower = fround(picture[below + channel]! * a);
    if (hasBottom && hasRight) lower += fround(picture[below + channels + channel]! * b);
    // With both pixels of a row there, their sum is float32 and so is its product; else both are float64.
    colour[channel] = isNarrow
      ? fround(fround(upper) * c) + fround(fround(lower) * d)
      : upper * topWeight + lower * bottomWeight;
  }
  return false;
}
