/** Spreads every point over a disk, as a lens out of focus does. Source: corruptions-c.md 4. */
import { defineCorruption } from "./define.ts";
import { diskTaps } from "./filters/disk.ts";
import { createScratch } from "./filters/scratch.ts";
import { sumTapsInto } from "./filters/taps.ts";
import { toByte } from "./to-byte.ts";
import { unitOf } from "./unit.ts";

/** Of the disk, and of the blur that softens its edge: both in pixels. */
type Constants = readonly [radius: number, sigma: number];

const sumScratch = createScratch(Float64Array);

export const defocusBlur = defineCorruption({
  name: "defocus_blur",
  summary: "Spreads every point over a disk, as a lens out of focus does",
  constants: {
    32: [
      [0.3, 0.4],
      [0.4, 0.5],
      [0.5, 0.6],
      [1, 0.2],
      [1.5, 0.1],
    ],
    64: [
      [0.5, 0.6],
      [1, 0.1],
      [1.5, 0.1],
      [2.5, 0.01],
      [3, 0.1],
    ],
    224: [
      [3, 0.1],
      [4, 0.5],
      [6, 0.5],
      [8, 0.5],
      [10, 0.5],
    ],
  },
  draw: () => ({}),
  applyInto(source, shape, _draw, [radius, sigma]: Constants, target) {
    const sums = sumScratch(source.length);
    sumTapsInto(source, shape, unitOf, diskTaps(radius, sigma), "reflect101", sums);
    for (let i = 0; i < source.length; i++) target[i] = toByte(sums[i]!);
  },
});
