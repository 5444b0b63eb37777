/** Adds one plane wave, grey. Source: corruptions-cbar.md 5. */
import { addGrey, uniformBetween } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { createScratch } from "./filters/scratch.ts";

export const singleFrequencyGreyscale = defineCorruption({
  name: "single_frequency_greyscale",
  summary: "Adds a grey wave of one frequency and direction",
  constants: barStrengths({ imageNet: [1, 1.5, 2, 4.5, 5] }),
  /** Frequencies in radians a pixel. */
  draw(stream) {
    const first = uniformBetween(stream, -Math.PI, Math.PI);
    const second = uniformBetween(stream, -Math.abs(first), Math.abs(first));
    const isSwapped = stream.integer(0, 1) === 1;
    return {
      alongX: isSwapped ? second : first,
      alongY: isSwapped ? first : second,
      phase: uniformBetween(stream, 0, 2 * Math.PI),
    };
  },
  applyInto(source, { height, width, channels }, { alongX, alongY, phase }, strength, target) {
    const most = level(strength, 196);
    const sines = sineScratch(width);
    const cosines = cosineScratch(width);
    for (let x = 0; x < width; x++) {
      sines[x] = Math.sin(x * alongX);
      cosines[x] = Math.cos(x * alongX);
    }
    for (let y = 0, at = 0; y < height; y++) {
      const sin = Math.sin(y * alongY + phase);
      const cos = Math.cos(y * alongY + phase);
      for (let x = 0; x < width; x++, at += channels) {
        // The sine of the sum, from sines of a row and a column: a third of the time. It is off by less than the rounding
        // of the sum itself, which changes a byte of one in 10^10.
        const wave = most * (sines[x]! * cos + cosines[x]! * sin);
        addGrey(source, target, at, channels, wave);
      }
    }
  },
});

const sineScratch = createScratch(Float64Array);
const cosineScratch = createScratch(Float64Array);
