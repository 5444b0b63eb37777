/** The light at the bottom of shallow water. Source: corruptions-cbar.md 4.3, and 5 (caustic_refraction) for the smoothing. */
import type { PictureShape } from "../../pictures/picture.ts";
import { type GaussianOptions, gaussianFilterInto } from "./gaussian-filter.ts";
import { createScratch } from "./scratch.ts";
import { sinCosInto } from "./trigonometry.ts";

const ITERATIONS = 5;
/** As the original has it. */
const TWO_PI = 6.28318530718;
const SMOOTHING: GaussianOptions = { sigma: 1, truncate: 4, border: "reflect", stored: "float64" };

/** [height * width] in [0,1], smoothed; waves repeat after `size` pixels. Valid until the next call. */
export function causticField(time: number, size: number, { height, width }: PictureShape): Float64Array {
  const field = fieldScratch(height * width);
  const places = placeScratch(width);
  for (let x = 0; x < width; x++) places[x] = planePlace(x, size);
  for (let y = 0; y < height; y++) lightRow(time, planePlace(y, size), places, width, field, y * width);
  gaussianFilterInto(field, { height, width, channels: 1 }, SMOOTHING, field);
  return field;
}

const fieldScratch = createScratch(Float64Array);
const placeScratch = createScratch(Float64Array);
const waveScratch = Array.from({ length: 6 }, () => createScratch(Float64Array));

function planePlace(pixel: number, size: number): number {
  const turns = pixel / size;
  return (turns - Math.floor(turns)) * TWO_PI - 250;
}

/**
 * Light along the row whose place is p0, into `field` from `first`. The sines of sums come from those of their parts:
 * a third of the sines, and the rounding is as good.
 */
function lightRow(
  time: number,
  p0: number,
  places: Float64Array,
  width: number,
  field: Float64Array,
  first: number,
): void {
  // i0 and i1 of the formulas, their sines and cosines
  const [wave0, sin0, cos0, wave1, sin1, cos1] = waveScratch.map((scratch) => scratch(width)) as Six<Float64Array>;
  sin0.fill(Math.sin(p0));
  cos0.fill(Math.cos(p0));
  sinCosInto(places, sin1, cos1, width);
  field.fill(1, first, first + width);
  for (let k = 1; k <= ITERATIONS; k++) {
    const t = time * (1 - 3.5 / k);
    const sin = Math.sin(t);
    const cos = Math.cos(t);
    for (let x = 0; x < width; x++) {
      const a = cos * cos0[x]!;
      const b = sin * sin0[x]!;
      const c = sin * cos1[x]!;
      const d = cos * sin1[x]!;
      wave0[x] = p0 + (a + b + (c + d)); // cos(t - i0) + sin(t + i1)
      wave1[x] = places[x]! + (c - d + (a - b)); // sin(t - i1) + cos(t + i0)
    }
    sinCosInto(wave0, sin0, cos0, width);
    sinCosInto(wave1, sin1, cos1, width);
    for (let x = 0; x < width; x++) {
      const a = sin0[x]! * cos + cos0[x]! * sin; // sin(i0 + t)
      const b = cos1[x]! * cos - sin1[x]! * sin; // cos(i1 + t)
      const pa = places[x]! * a;
      const pb = p0 * b;
      field[first + x] = field[first + x]! + Math.abs(a * b) / (0.005 * Math.sqrt(pa * pa + pb * pb));
    }
  }
  for (let x = first; x < first + width; x++) {
    const bright = 1.17 - (field[x]! / ITERATIONS) ** 1.4;
    const square = bright * bright;
    const fourth = square * square;
    field[x] = Math.min(1, fourth * fourth);
  }
}

type Six<Value> = [Value, Value, Value, Value, Value, Value];
