/** Keeps the pixels where blue noise is above a threshold, the others are black. Source: corruptions-cbar.md 5. */
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { drawPhases, spectralField } from "./filters/spectral-field.ts";

export const blueNoiseSample = defineCorruption({
  name: "blue_noise_sample",
  summary: "Blackens pixels, spread evenly as blue noise is",
  constants: barStrengths({ cifar: [0.7, 1.4, 2.1, 3.5, 4.2], imageNet: [0.8, 1.6, 2.4, 4, 5.6] }),
  draw: (stream, shape) => ({ phases: drawPhases(stream, shape, 1) }),
  applyInto(source, shape, { phases }, strength, target) {
    const noise = spectralField(phases, 0, shape, "blue");
    const threshold = level(strength, 3) - 2.5;
    const { channels } = shape;
    const pixels = shape.height * shape.width;
    for (let pixel = 0, at = 0; pixel < pixels; pixel++) {
      const isKept = noise[pixel]! > threshold;
      for (let channel = 0; channel < channels; channel++, at++) target[at] = isKept ? source[at]! : 0;
    }
  },
});
