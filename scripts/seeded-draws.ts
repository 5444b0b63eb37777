/** The draws of C-bar's goldens. Those of 224 px hold the seed of the original's inner stream in place of its numbers. */
import { MersenneTwister } from "./mersenne-twister.ts";
import type { RecordedArrays } from "./recorded-draws.ts";

/** The phases of `fields` spectral fields. */
export function recordedPhases(arrays: RecordedArrays, fields: number): Float64Array {
  if (arrays.has("phases")) return arrays.numbers("phases");
  const stream = new MersenneTwister(arrays.numbers("seed")[0]!);
  return stream.uniforms((fields * arrays.size * arrays.size) / 2, 0, 2 * Math.PI);
}

/** Stars of `rays` each at `centres` (row, column). */
export function recordedStars(
  arrays: RecordedArrays,
  rays: Int32Array,
  centres: Float64Array,
): { row: number; column: number; normals: Float64Array }[] {
  const recorded = arrays.has("normals") ? arrays.numbers("normals") : undefined;
  const stream = new MersenneTwister(arrays.numbers("seed")[0]!);
  return Array.from(rays, (count, star) => ({
    row: centres[2 * star]!,
    column: centres[2 * star + 1]!,
    normals: recorded
      ? recorded.subarray(star * 200, star * 200 + count)
      : Float64Array.from({ length: count }, () => stream.normal()),
  }));
}

/** The upper left `side` x `side` of a square array. */
export function corner(values: Float64Array, side: number): Float64Array {
  const stride = Math.sqrt(values.length);
  return Float64Array.from({ length: side * side }, (_, i) => values[Math.floor(i / side) * stride + (i % side)]!);
}
