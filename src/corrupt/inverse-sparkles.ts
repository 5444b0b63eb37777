/** The picture is seen through one star, all around is white. Source: corruptions-cbar.md 5. */
import { cutToByte, shorterSide, uniformBetween } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { drawStars, starWeights } from "./filters/rays.ts";

export const inverseSparkles = defineCorruption({
  name: "inverse_sparkles",
  summary: "Whitens everything outside one star of many rays",
  constants: barStrengths({ cifar: [1, 1.5, 2.5, 4.5, 5], imageNet: [1, 2, 4, 9, 10] }),
  draw(stream, { height, width }) {
    const row = uniformBetween(stream, 0.25, 0.75) * height;
    const column = uniformBetween(stream, 0.25, 0.75) * width;
    return drawStars(stream, [{ row, column }])[0]!;
  },
  applyInto(source, shape, star, strength, target) {
    const { channels } = shape;
    const exponent = (100 - (100 - level(strength, 65))) / 50; // as the original subtracts twice
    const weights = starWeights(star, shape, { radius: 0.25 * shorterSide(shape), shortest: -Infinity, exponent });
    for (let at = 0, pixel = 0; at < source.length; pixel++) {
      const weight = weights[pixel]!;
      for (let channel = 0; channel < channels; channel++, at++)
        target[at] = cutToByte(255 + weight * (source[at]! - 255));
    }
  },
});
