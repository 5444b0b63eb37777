/** The mean of the picture and of enlargements of its middle. Source: corruptions-c.md 4. */
import { defineCorruption } from "./define.ts";
import { lastMade } from "./filters/last-made.ts";
import { createScratch } from "./filters/scratch.ts";
import { addZoomedInto, type ZoomTables, zoomTables } from "./filters/zoom.ts";
import { unitOfFloat32 } from "./unit.ts";

/** Factors from 1 up to about `end`, `step` apart. */
type Constants = readonly [end: number, step: number];

const { fround } = Math;
const zoomsOf = lastMade<ZoomTables[]>(16);
const valueScratch = createScratch(Float64Array);
const sumScratch = createScratch(Float32Array);

export const zoomBlur = defineCorruption({
  name: "zoom_blur",
  summary: "Blurs away from the middle, as a zooming camera does",
  constants: {
    32: [
      [1.06, 0.01],
      [1.11, 0.01],
      [1.16, 0.01],
      [1.21, 0.01],
      [1.26, 0.01],
    ],
    64: [
      [1.06, 0.01],
      [1.11, 0.01],
      [1.16, 0.01],
      [1.21, 0.01],
      [1.26, 0.01],
    ],
    224: [
      [1.11, 0.01],
      [1.16, 0.01],
      [1.21, 0.02],
      [1.26, 0.02],
      [1.31, 0.03],
    ],
  },
  draw: () => ({}),
  applyInto(source, shape, _draw, constants: Constants, target) {
    const size = source.length;
    const values = valueScratch(size);
    const sums = sumScratch(size);
    for (let i = 0; i < size; i++) sums[i] = values[i] = unitOfFloat32[source[i]!]!;
    const zooms = zoomsOf(`${shape.height} ${shape.width} ${constants}`, () =>
      factorsOf(constants).map((factor) => zoomTables(shape, factor)),
    );
    for (const zoom of zooms) addZoomedInto(sums, values, shape, zoom);
    const count = zooms.length + 2; // the picture itself is added once more
    for (let i = 0; i < size; i++) {
      const mean = fround(fround(fround(values[i]!) + sums[i]!) / count);
      target[i] = mean >= 1 ? 255 : fround(mean * 255) | 0;
    }
  },
});

/** As NumPy's arange makes them, but for the first, 1: rounding includes the end of some ranges, and not of others. */
function factorsOf([end, step]: Constants): number[] {
  const exactStep = 1 + step - 1;
  return Array.from({ length: Math.ceil((end - 1) / step) - 1 }, (_, i) => 1 + (i + 1) * exactStep);
}
