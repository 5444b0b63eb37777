/** Shrinks the picture, and enlarges it to squares again. Source: corruptions-c.md 4. */
import { resizeBoxInto } from "../pictures/resize.ts";
import { defineCorruption } from "./define.ts";
import { createScratch } from "./filters/scratch.ts";

const smallScratch = createScratch(Uint8Array);

export const pixelate = defineCorruption({
  name: "pixelate",
  summary: "Shrinks the picture and enlarges it again, to larger squares of one colour",
  constants: {
    // the sides of the shrunk picture, as a share
    32: [0.95, 0.9, 0.85, 0.75, 0.65],
    64: [0.9, 0.8, 0.7, 0.6, 0.5],
    224: [0.6, 0.5, 0.4, 0.3, 0.25],
  },
  draw: () => ({}),
  applyInto(source, shape, _draw, share, target) {
    // Each side by the same share, cut to whole pixels; at 8 pixels or more, and a quarter or more, none becomes 0.
    const height = Math.trunc(shape.height * share);
    const width = Math.trunc(shape.width * share);
    const { channels } = shape;
    const small = smallScratch(height * width * channels);
    resizeBoxInto(source, shape, { height, width }, small);
    resizeBoxInto(small, { height, width, channels }, shape, target);
  },
});
