/** From the arrays of a recorded golden to the draws that our corruptions take. One line each. */
import type { PlainArray } from "../src/formats/array.ts";

/** The arrays of one picture at one severity: the one of the severity where there is one, else the one for all. */
export interface RecordedArrays {
  numbers(name: string): Float64Array;
  integers(name: string): Int32Array;
  bytes(name: string): Uint8Array;
  has(name: string): boolean;
  /** Side of the pictures, in pixels. */
  readonly size: number;
}

/** By corruption. The names are those of the READMEs beside the goldens, without `draw_` and `_s<k>`. */
export const recordedDraws: Readonly<Record<string, (arrays: RecordedArrays) => unknown>> = {
  gaussian_noise: (arrays) => ({ z: arrays.numbers("z") }),
};

/** Picture `index` of an array whose first axis is the picture. */
export function pictureOf({ shape, bytes }: PlainArray, index: number): Uint8Array {
  const size = bytes.length / shape[0]!;
  return bytes.subarray(index * size, (index + 1) * size);
}
