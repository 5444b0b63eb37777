/** Bends the picture by a sine along each axis. Source: corruptions-cbar.md 5. */
import { cutToByte, shorterSide, uniformBetween } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { createScratch } from "./filters/scratch.ts";

export const ripple = defineCorruption({
  name: "ripple",
  summary: "Bends the picture by a sine along each axis",
  constants: barStrengths({ cifar: [5.5, 6, 6.5, 7.5, 8] }),
  /** Along the rows' axis, then the columns'. */
  draw: (stream, shape) => ({
    wavelengths: [
      uniformBetween(stream, 0.1, 0.3) * shorterSide(shape),
      uniformBetween(stream, 0.1, 0.3) * shorterSide(shape),
    ],
    phases: [uniformBetween(stream, 0, 2 * Math.PI), uniformBetween(stream, 0, 2 * Math.PI)],
  }),
  applyInto(source, shape, { wavelengths, phases }, strength, target) {
    const { height, width, channels } = shape;
    const amplitude = level(strength, 0.025) * shorterSide(shape);
    const rows = bend(rowScratch(3 * height), height, amplitude, wavelengths[0]!, phases[0]!);
    const columns = bend(columnScratch(3 * width), width, amplitude, wavelengths[1]!, phases[1]!);
    // The order of these sums is the original's: in flat places they fall one short of a whole number, or do not.
    for (let y = 0, at = 0; y < height; y++) {
      const top = rows[3 * y]!;
      const topWeight = rows[3 * y + 1]!;
      const bottomWeight = rows[3 * y + 2]!;
      const hasTop = top >= 0 && top < height;
      const hasBottom = top >= -1 && top + 1 < height;
      for (let x = 0; x < width; x++) {
        const left = columns[3 * x]!;
        const leftWeight = columns[3 * x + 1]!;
        const rightWeight = columns[3 * x + 2]!;
        const hasLeft = left >= 0 && left < width;
        const hasRight = left >= -1 && left + 1 < width;
        let from = (top * width + left) * channels;
        for (let channel = 0; channel < channels; channel++, at++, from++) {
          const below = from + width * channels;
          const a = hasTop && hasLeft ? source[from]! : 0;
          const b = hasTop && hasRight ? source[from + channels]! : 0;
          const c = hasBottom && hasLeft ? source[below]! : 0;
          const d = hasBottom && hasRight ? source[below + channels]! : 0;
          target[at] = cutToByte(
            (a * leftWeight + b * rightWeight) * topWeight + (c * leftWeight + d * rightWeight) * bottomWeight,
          );
        }
      }
    }
  },
});

const rowScratch = createScratch(Float64Array);
const columnScratch = createScratch(Float64Array);

/** For each place of an axis, into `bent`: the pixel before what is seen there, its weight, and that of the next. */
function bend(bent: Float64Array, length: number, amplitude: number, wavelength: number, phase: number): Float64Array {
  for (let i = 0; i < length; i++) {
    const place = i + amplitude * Math.sin((2 * Math.PI * i) / wavelength + phase);
    const first = Math.floor(place);
    bent[3 * i] = first;
    bent[3 * i + 1] = 1 - place + first;
    bent[3 * i + 2] = 1 - (first + 1) + place;
  }
  return bent;
}
