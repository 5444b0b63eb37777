/** Moves every value towards the mean of its channel. Source: corruptions-c.md 4. */
import type { PictureShape } from "../pictures/picture.ts";
import { defineCorruption } from "./define.ts";
import { toByte } from "./to-byte.ts";
import { unitOf } from "./unit.ts";

/** The new byte of every old one, for one channel. */
const table = new Uint8Array(256);

export const contrast = defineCorruption({
  name: "contrast",
  summary: "Moves every value towards the mean of its channel",
  constants: {
    // what is left of the distance to the mean
    32: [0.75, 0.5, 0.4, 0.3, 0.15],
    64: [0.4, 0.3, 0.2, 0.1, 0.05],
    224: [0.4, 0.3, 0.2, 0.1, 0.05],
  },
  draw: () => ({}),
  applyInto(source, shape, _draw, factor, target) {
    const { channels } = shape;
    for (let channel = 0; channel < channels; channel++) {
      const mean = meanOf(source, shape, channel);
      for (let byte = 0; byte < 256; byte++) table[byte] = toByte((unitOf[byte]! - mean) * factor + mean);
      for (let i = channel; i < source.length; i += channels) target[i] = table[source[i]!]!;
    }
  },
});

/** Added up pixel by pixel in float64: another order differs in the last digits, and so in bytes that are cut. */
function meanOf(source: Uint8Array, { height, width, channels }: PictureShape, channel: number): number {
  let sum = 0;
  for (let i = channel; i < source.length; i += channels) sum += unitOf[source[i]!]!;
  return sum / (height * width);
}
