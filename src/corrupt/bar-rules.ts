/**
 * What C-bar's corruptions have in common. The originals take squares of n x n pixels in three channels; for pictures of
 * other shapes (docs/corruptions.md) these are our rules:
 * - lengths that are fractions of n are fractions of the shorter side;
 * - places that are drawn within n are drawn within the height (rows) and the width (columns), each by its own;
 * - in one channel, a corruption that treats red, green and blue differently does what it does to red.
 */
import type { PictureShape } from "../pictures/picture.ts";
import type { Stream } from "../random/stream.ts";

/** n of the formulas. */
export function shorterSide({ height, width }: PictureShape): number {
  return Math.min(height, width);
}

/** U(low, high) of the formulas. */
export function uniformBetween(stream: Stream, low: number, high: number): number {
  return low + (high - low) * stream.uniform();
}

/**
 * `trunc8` of corruptions-cbar.md 3, for values below 2^31: cut to [0,255], the fraction dropped. Not a number becomes 0,
 * as by NumPy on x86. By bits, since branches that noise decides cost as much as the rest of a cheap corruption.
 */
export function cutToByte(value: number): number {
  const whole = value | 0;
  return ((whole & ~(whole >> 31)) | ((255 - whole) >> 31)) & 255;
}

/** The same value added to all channels of a pixel. */
export function addGrey(source: Uint8Array, target: Uint8Array, at: number, channels: 1 | 3, value: number): void {
  target[at] = cutToByte(source[at]! + value);
  if (channels === 1) return;
  target[at + 1] = cutToByte(source[at + 1]! + value);
  target[at + 2] = cutToByte(source[at + 2]! + value);
}
