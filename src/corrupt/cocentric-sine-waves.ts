/** Adds rings around a centre, which a sine around it bends. Source: corruptions-cbar.md 5. */
import { addGrey, shorterSide, uniformBetween } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { createScratch } from "./filters/scratch.ts";
import { sinCosInto } from "./filters/trigonometry.ts";

export const cocentricSineWaves = defineCorruption({
  name: "cocentric_sine_waves",
  summary: "Adds bent grey rings around one centre",
  constants: barStrengths({ imageNet: [3, 5, 8, 9, 10] }),
  /** Width of a ring and amplitude of its waves in pixels, waves a radian. */
  draw: (stream, shape) => ({
    x: uniformBetween(stream, 0, shape.width),
    y: uniformBetween(stream, 0, shape.height),
    frequency: uniformBetween(stream, 0, 10),
    amplitude: uniformBetween(stream, 0, shorterSide(shape) / 10),
    ring: uniformBetween(stream, 0, shorterSide(shape) / 10),
  }),
  applyInto(source, { height, width, channels }, draw, strength, target) {
    const { x: centreX, y: centreY, frequency, amplitude, ring } = draw;
    const most = level(strength, 128);
    const waves = waveScratch(width);
    const unused = cosineScratch(width);
    for (let y = 0, at = 0; y < height; y++) {
      const dy = y - centreY;
      for (let x = 0; x < width; x++) waves[x] = Math.atan2(x - centreX, dy) * frequency;
      sinCosInto(waves, waves, unused, width);
      for (let x = 0; x < width; x++, at += channels) {
        const dx = x - centreX;
        const rings = (Math.sqrt(dx * dx + dy * dy) + waves[x]! * amplitude) / ring;
        addGrey(source, target, at, channels, most * (rings - Math.floor(rings) - 0.5));
      }
    }
  },
});

const waveScratch = createScratch(Float64Array);
const cosineScratch = createScratch(Float64Array);
