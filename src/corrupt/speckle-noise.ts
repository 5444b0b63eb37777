/** Adds noise as strong as the value it falls on. Source: corruptions-c.md 4. */
import { byteCount } from "../pictures/picture.ts";
import { defineCorruption } from "./define.ts";
import { toByte } from "./to-byte.ts";
import { unitOf } from "./unit.ts";

export const speckleNoise = defineCorruption({
  name: "speckle_noise",
  summary: "Adds normal noise that is stronger the brighter the value",
  constants: {
    // standard deviation, as a share of the value
    32: [0.06, 0.1, 0.12, 0.16, 0.2],
    64: [0.15, 0.2, 0.25, 0.3, 0.35],
    224: [0.15, 0.2, 0.35, 0.45, 0.6],
  },
  draw: (stream, shape) => ({ z: stream.fillNormals(new Float64Array(byteCount(shape))) }),
  applyInto(source, _shape, { z }, sigma, target) {
    for (let i = 0; i < source.length; i++) {
      const value = unitOf[source[i]!]!;
      target[i] = toByte(value + value * (sigma * z[i]!));
    }
  },
});
