/** From the arrays of a recorded golden to the draws that our corruptions take. One line each. */

import type { TableSize } from "../src/corrupt/define.ts";
import { impulseNoise } from "../src/corrupt/impulse-noise.ts";
import type { PlainArray } from "../src/formats/array.ts";
import { corner, recordedPhases, recordedStars } from "./seeded-draws.ts";

/** The arrays of one picture at one severity: the one of the severity where there is one, else the one for all. */
export interface RecordedArrays {
  numbers(name: string): Float64Array;
  integers(name: string): Int32Array;
  bytes(name: string): Uint8Array;
  has(name: string): boolean;
  /** Side of the pictures, in pixels. */
  readonly size: number;
  readonly severity: number;
}

/** By corruption. The names are those of the READMEs beside the goldens, without `draw_` and `_s<k>`. */
export const recordedDraws: Readonly<Record<string, (arrays: RecordedArrays) => unknown>> = {
  gaussian_noise: (arrays) => ({ z: arrays.numbers("z") }),
  shot_noise: (arrays) => ({ counts: arrays.integers("counts") }),
  impulse_noise: hitsOf,
  speckle_noise: (arrays) => ({ z: arrays.numbers("z") }),
  gaussian_blur: () => ({}),
  defocus_blur: () => ({}),
  glass_blur: (arrays) => ({ moves: Int8Array.from(arrays.integers("delta")) }),
  motion_blur: (arrays) => ({ angleDegrees: arrays.numbers("angle")[0] }),
  zoom_blur: () => ({}),
  snow: (arrays) => ({ z: arrays.numbers("z"), angleDegrees: arrays.numbers("angle")[0] }),
  frost: (arrays) => {
    const [row, column] = arrays.integers("rowcol");
    return { texture: arrays.integers("index")[0], row, column, crop: arrays.bytes("crop") };
  },
  fog: (arrays) => ({ u: arrays.numbers("u") }),
  brightness: () => ({}),
  contrast: () => ({}),
  elastic_transform: (arrays) => ({
    points: arrays.numbers("u_points"),
    dx: arrays.numbers("u_dx"),
    dy: arrays.numbers("u_dy"),
  }),
  pixelate: () => ({}),
  jpeg_compression: () => ({}),
  spatter: (arrays) => ({ z: arrays.numbers("z") }),
  saturate: () => ({}),
  blue_noise_sample: (arrays) => ({ phases: recordedPhases(arrays, 1) }),
  brownish_noise: (arrays) => ({ phases: recordedPhases(arrays, 3) }),
  caustic_refraction: (arrays) => ({ time: arrays.numbers("time")[0], size: arrays.numbers("size")[0] }),
  checkerboard_cutout: (arrays) => ({
    angle: arrays.numbers("angle")[0],
    scale: arrays.numbers("scale")[0],
    cells: corner(arrays.numbers("grid"), arrays.integers("grid_size")[0]!),
  }),
  circular_motion_blur: () => ({}),
  cocentric_sine_waves: (arrays) => ({
    x: arrays.numbers("offset")[0],
    y: arrays.numbers("offset")[1],
    frequency: arrays.numbers("freq")[0],
    amplitude: arrays.numbers("amplitude")[0],
    ring: arrays.numbers("ring_width")[0],
  }),
  inverse_sparkles: (arrays) => recordedStars(arrays, arrays.integers("rays"), arrays.numbers("center"))[0],
  lines: (arrays) => ({
    angle: arrays.numbers("angle")[0],
    variation: arrays.numbers("angle_variation")[0],
    places: arrays.numbers("uniforms"),
  }),
  perlin_noise: (arrays) => ({ gradients: arrays.numbers("grad"), permutation: arrays.bytes("perm") }),
  pinch_and_twirl: (arrays) => ({ signs: Int8Array.from(arrays.integers("signs")) }),
  plasma_noise: (arrays) => ({
    time: arrays.numbers("time")[0],
    iterations: arrays.integers("iterations")[0],
    sharpness: arrays.numbers("sharpness")[0],
    scale: arrays.numbers("scale")[0],
  }),
  ripple: (arrays) => ({ wavelengths: arrays.numbers("wavelengths"), phases: arrays.numbers("phases") }),
  single_frequency_greyscale: (arrays) => ({
    alongX: arrays.numbers("freq")[0],
    alongY: arrays.numbers("freq")[1],
    phase: arrays.numbers("phase")[0],
  }),
  sparkles: (arrays) => ({ stars: recordedStars(arrays, arrays.integers("nrays"), arrays.numbers("centers")) }),
  transverse_chromatic_abberation: (arrays) => ({ order: arrays.integers("order") }),
};

/** Recorded is a uniform number for every value, and another; ours are the values that these hit. */
function hitsOf({ numbers, size, severity }: RecordedArrays) {
  const probability = impulseNoise.constants[size as TableSize][severity - 1]!;
  const [flip, salt] = [numbers("u_flip"), numbers("u_salt")];
  const places = Uint32Array.from(flip.keys()).filter((place) => flip[place]! <= probability);
  return { places, bytes: Uint8Array.from(places, (place) => (salt[place]! <= 0.5 ? 255 : 0)) };
}

/** Picture `index` of an array whose first axis is the picture. */
export function pictureOf({ shape, bytes }: PlainArray, index: number): Uint8Array {
  const size = bytes.length / shape[0]!;
  return bytes.subarray(index * size, (index + 1) * size);
}
