/** Blurs, then replaces pixels by near ones, then blurs again. Source: corruptions-c.md 4. */
import { defineCorruption } from "./define.ts";
import { blurBytesInto } from "./filters/blur-bytes.ts";

/** Standard deviation of both blurs, in pixels; how far a pixel may come from; how often each is replaced. */
type Constants = readonly [sigma: number, reach: number, iterations: number];

export const glassBlur = defineCorruption({
  name: "glass_blur",
  summary: "Shows the picture as through frosted glass: pixels replaced by near ones",
  constants: {
    32: [
      [0.05, 1, 1],
      [0.25, 1, 1],
      [0.4, 1, 1],
      [0.25, 1, 2],
      [0.4, 1, 2],
    ],
    64: [
      [0.1, 1, 1],
      [0.5, 1, 1],
      [0.6, 1, 2],
      [0.7, 2, 1],
      [0.9, 2, 2],
    ],
    224: [
      [0.7, 1, 2],
      [0.9, 2, 1],
      [1, 2, 3],
      [1.1, 3, 2],
      [1.5, 4, 2],
    ],
  },
  /** For each replaced pixel, how many columns and how many rows away the pixel lies that it becomes. */
  draw(stream, { height, width }, [, reach, iterations]: Constants) {
    const cellCount = (height - 2 * reach) * (width - 2 * reach);
    return { moves: stream.fillIntegers(new Int8Array(2 * iterations * cellCount), -reach, reach - 1) };
  },
  applyInto(source, shape, { moves }, [sigma, reach, iterations], target) {
    const { height, width, channels } = shape;
    blurBytesInto(source, shape, sigma, target);
    // From the lower right to the upper left, in place: a pixel may become a copy of a copy. The original means to swap
    // the two, and copies.
    let next = 0;
    for (let iteration = 0; iteration < iterations; iteration++)
      for (let row = height - reach; row > reach; row--)
        for (let column = width - reach; column > reach; column--, next += 2) {
          const to = (row * width + column) * channels;
          const from = to + (moves[next + 1]! * width + moves[next]!) * channels;
          target[to] = target[from]!;
          if (channels === 1) continue;
          target[to + 1] = target[from + 1]!;
          target[to + 2] = target[from + 2]!;
        }
    blurBytesInto(target, shape, sigma, target);
  },
});
