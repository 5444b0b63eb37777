/** Adds brown noise, a field of its own to each channel. Source: corruptions-cbar.md 5. */
import { cutToByte } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { drawPhases, spectralField } from "./filters/spectral-field.ts";

export const brownishNoise = defineCorruption({
  name: "brownish_noise",
  summary: "Adds cloudy noise of low frequencies to each colour",
  constants: barStrengths({ cifar: [2.5, 4, 5.5, 6.5, 7], imageNet: [1, 2, 3, 4, 5] }),
  /** The phases of red, green and blue, one after the other. */
  draw: (stream, shape) => ({ phases: drawPhases(stream, shape, shape.channels) }),
  applyInto(source, shape, { phases }, strength, target) {
    const most = level(strength, 64);
    const { channels } = shape;
    for (let channel = 0; channel < channels; channel++) {
      const noise = spectralField(phases, channel, shape, "brown");
      for (let at = channel, pixel = 0; at < source.length; at += channels, pixel++)
        target[at] = cutToByte(source[at]! + most * noise[pixel]!);
    }
  },
});
