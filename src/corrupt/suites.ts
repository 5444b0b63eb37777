/** Named sets of corruptions, in the published order. Source: method.md 7.1, metrics.md 1, corruptions-cbar.md 1. */
import { nearestName, PatinaError } from "../errors.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { type Stream, stream } from "../random/stream.ts";
import type { Severity, TableSize } from "./define.ts";
import { tableOf } from "./table.ts";

/**
 * Goes up when the bytes of any corruption change: part of the name of every generated benchmark and of every stream, so
 * results of two versions are never taken for each other.
 */
export const suiteVersion = "1";

export const suiteNames = ["c", "c15", "c-bar"] as const;
export type SuiteName = (typeof suiteNames)[number];

/** The 15 of the headline figure, by kind. */
export const corruptionGroups = {
  noise: ["gaussian_noise", "shot_noise", "impulse_noise"],
  blur: ["defocus_blur", "glass_blur", "motion_blur", "zoom_blur"],
  weather: ["snow", "frost", "fog", "brightness"],
  digital: ["contrast", "elastic_transform", "pixelate", "jpeg_compression"],
} as const;

const c15: readonly string[] = Object.values(corruptionGroups).flat();
const c: readonly string[] = [...c15, "speckle_noise", "gaussian_blur", "spatter", "saturate"];

const cifarBar: readonly string[] = [
  "blue_noise_sample",
  "brownish_noise",
  "checkerboard_cutout",
  "circular_motion_blur",
  "inverse_sparkles",
  "lines",
  "pinch_and_twirl",
  "ripple",
  "sparkles",
  "transverse_chromatic_abberation",
];
const imageNetBar: readonly string[] = [
  "blue_noise_sample",
  "brownish_noise",
  "caustic_refraction",
  "checkerboard_cutout",
  "cocentric_sine_waves",
  "inverse_sparkles",
  "perlin_noise",
  "plasma_noise",
  "single_frequency_greyscale",
  "sparkles",
];
/** Tiny ImageNet takes ImageNet's ten. */
const bar: Readonly<Record<TableSize, readonly string[]>> = { 32: cifarBar, 64: imageNetBar, 224: imageNetBar };

/** The noise of single pixels, which C without pixel-wise noise leaves out (method.md 7.2; brownish noise stays in). */
export const pixelNoises: readonly string[] = [
  "gaussian_noise",
  "shot_noise",
  "impulse_noise",
  "speckle_noise",
  "blue_noise_sample",
];

/**
 * The names of a suite's corruptions. Those of c-bar depend on the size of the pictures.
 * @throws PatinaError `unknown-name`, with the nearest name there is; `picture` where the pictures are too small.
 */
export function suiteCorruptions(name: string, shape: PictureShape): readonly string[] {
  if (name === "c") return c;
  if (name === "c15") return c15;
  if (name === "c-bar") return bar[tableOf(shape)];
  const near = nearestName(name, suiteNames);
  const hint = near === undefined ? `There are ${suiteNames.join(", ")}.` : `Did you mean "${near}"?`;
  throw new PatinaError("unknown-name", `unknown suite "${name}". ${hint}`);
}

/** Of one cell of a generated benchmark; `fork(index)` is the stream of a picture. */
export function cellStream(dataSet: string, corruption: string, severity: Severity): Stream {
  return stream(0, "corrupt", suiteVersion, dataSet, corruption, severity);
}
