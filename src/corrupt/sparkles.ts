/** Five bright stars, one over the other. Source: corruptions-cbar.md 5. */
import { cutToByte, shorterSide, uniformBetween } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { drawStars, starWeights } from "./filters/rays.ts";
import { createScratch } from "./filters/scratch.ts";

const STARS = 5;

export const sparkles = defineCorruption({
  name: "sparkles",
  summary: "Adds five white stars of many rays",
  constants: barStrengths({ cifar: [0.7, 3.5, 5.6, 6.3, 7], imageNet: [1, 2, 3, 5, 6] }),
  draw: (stream, { height, width }) => ({
    stars: drawStars(
      stream,
      Array.from({ length: STARS }, () => ({
        row: uniformBetween(stream, 0, height),
        column: uniformBetween(stream, 0, width),
      })),
    ),
  }),
  applyInto(source, shape, { stars }, strength, target) {
    const { channels } = shape;
    const rays = { radius: level(strength, 0.1) * shorterSide(shape), shortest: 1, exponent: 1 };
    const image = imageScratch(source.length);
    image.set(source);
    for (const star of stars) {
      const weights = starWeights(star, shape, rays);
      for (let at = 0, pixel = 0; at < source.length; at += channels, pixel++) {
        const weight = weights[pixel]!;
        image[at] = whiten(image[at]!, weight);
        if (channels === 1) continue;
        image[at + 1] = whiten(image[at + 1]!, weight);
        image[at + 2] = whiten(image[at + 2]!, weight);
      }
    }
    for (let at = 0; at < source.length; at++) target[at] = cutToByte(image[at]!);
  },
});

function whiten(value: number, weight: number): number {
  const single = Math.fround(value); // as the original keeps what the star before left
  return single + weight * (255 - single);
}

const imageScratch = createScratch(Float64Array);
