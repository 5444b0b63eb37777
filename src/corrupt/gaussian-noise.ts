/** Adds noise of one strength to every value. Source: corruptions-c.md 4. */
import { byteCount } from "../pictures/picture.ts";
import { defineCorruption } from "./define.ts";
import { toByte } from "./to-byte.ts";
import { unitOf } from "./unit.ts";

export const gaussianNoise = defineCorruption({
  name: "gaussian_noise",
  summary: "Adds normal noise to every value",
  constants: {
    // standard deviation, in units of full scale
    32: [0.04, 0.06, 0.08, 0.09, 0.1],
    64: [0.04, 0.08, 0.12, 0.15, 0.18],
    224: [0.08, 0.12, 0.18, 0.26, 0.38],
  },
  draw: (stream, shape) => ({ z: stream.fillNormals(new Float64Array(byteCount(shape))) }),
  applyInto(source, _shape, { z }, sigma, target) {
    for (let i = 0; i < source.length; i++) target[i] = toByte(unitOf[source[i]!]! + sigma * z[i]!);
  },
});
