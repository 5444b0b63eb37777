/**
 * Milliseconds a picture of the original Python programs, means over the severities, random numbers included, at 32 and
 * at 224 pixels. They cannot be installed here; measured on a 2-core server of the same kind, best of several runs.
 * Sources: corruptions-c.md 7, corruptions-cbar.md 8.
 */
export const originalMs: Readonly<Record<string, { 32: number; 224: number }>> = {
  gaussian_noise: { 32: 0.06, 224: 3.81 },
  shot_noise: { 32: 0.14, 224: 8.93 },
  impulse_noise: { 32: 0.06, 224: 2.94 },
  defocus_blur: { 32: 0.12, 224: 4.45 },
  glass_blur: { 32: 5.98, 224: 445.4 },
  motion_blur: { 32: 0.71, 224: 44.7 },
  zoom_blur: { 32: 1.56, 224: 47.7 },
  snow: { 32: 0.94, 224: 27.6 },
  frost: { 32: 1.81, 224: 2.8 },
  fog: { 32: 0.23, 224: 2.47 },
  brightness: { 32: 0.26, 224: 14.2 },
  contrast: { 32: 0.04, 224: 0.97 },
  elastic_transform: { 32: 0.3, 224: 20.6 },
  pixelate: { 32: 0.02, 224: 0.33 },
  jpeg_compression: { 32: 0.04, 224: 0.23 },
  speckle_noise: { 32: 0.06, 224: 3.71 },
  gaussian_blur: { 32: 0.06, 224: 2.35 },
  spatter: { 32: 0.15, 224: 3.14 },
  saturate: { 32: 0.26, 224: 13.8 },
  blue_noise_sample: { 32: 2.8, 224: 121 },
  brownish_noise: { 32: 8.7, 224: 396 },
  caustic_refraction: { 32: 102, 224: 4132 },
  checkerboard_cutout: { 32: 2.9, 224: 143 },
  circular_motion_blur: { 32: 4.9, 224: 219 },
  cocentric_sine_waves: { 32: 2.3, 224: 111 },
  inverse_sparkles: { 32: 12.7, 224: 611 },
  lines: { 32: 0.27, 224: 8.1 },
  perlin_noise: { 32: 28.6, 224: 1169 },
  pinch_and_twirl: { 32: 16.5, 224: 893 },
  plasma_noise: { 32: 26.6, 224: 1300 },
  ripple: { 32: 11, 224: 524 },
  single_frequency_greyscale: { 32: 0.75, 224: 36 },
  sparkles: { 32: 66.2, 224: 3132 },
  transverse_chromatic_abberation: { 32: 0.18, 224: 5.9 },
};

/** Those that a plain loop is slowest at, or slower than the originals' vectorised libraries. */
export const slowAt224 = [
  "defocus_blur",
  "elastic_transform",
  "spatter",
  "gaussian_blur",
  "contrast",
  "pixelate",
  "jpeg_compression",
  "fog",
  "glass_blur",
  "shot_noise",
  "brownish_noise",
  "caustic_refraction",
  "circular_motion_blur",
  "sparkles",
] as const;
