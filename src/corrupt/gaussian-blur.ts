/** Blurs evenly to all sides. Source: corruptions-c.md 4. */
import { defineCorruption } from "./define.ts";
import { blurBytesInto } from "./filters/blur-bytes.ts";

export const gaussianBlur = defineCorruption({
  name: "gaussian_blur",
  summary: "Blurs evenly to all sides",
  constants: {
    // standard deviation, in pixels
    32: [0.4, 0.6, 0.7, 0.8, 1],
    64: [0.5, 0.75, 1, 1.25, 1.5],
    224: [1, 2, 3, 4, 6],
  },
  draw: () => ({}),
  applyInto(source, shape, _draw, sigma, target) {
    blurBytesInto(source, shape, sigma, target);
  },
});
