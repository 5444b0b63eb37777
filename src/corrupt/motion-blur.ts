/** Blurs along a line, to one side, as a moving camera does. Source: corruptions-c.md 4. */
import { defineCorruption } from "./define.ts";
import { motionFilterInto } from "./filters/motion-filter.ts";

/** Half the number of samples, and how fast their weights fall: both in pixels. */
type Constants = readonly [radius: number, sigma: number];

export const motionBlur = defineCorruption({
  name: "motion_blur",
  summary: "Blurs along a line, as a moving camera does",
  constants: {
    32: [
      [6, 1],
      [6, 1.5],
      [6, 2],
      [8, 2],
      [9, 2.5],
    ],
    64: [
      [10, 1],
      [10, 1.5],
      [10, 2],
      [10, 2.5],
      [12, 3],
    ],
    224: [
      [10, 3],
      [15, 5],
      [15, 8],
      [15, 12],
      [20, 15],
    ],
  },
  draw: (stream) => ({ angleDegrees: -45 + 90 * stream.uniform() }),
  applyInto(source, shape, { angleDegrees }, [radius, sigma]: Constants, target) {
    motionFilterInto(source, shape, { radius, sigma, angleDegrees }, target);
  },
});
