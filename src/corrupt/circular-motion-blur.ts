/** The mean of the picture in 21 angles around its middle. Source: corruptions-cbar.md 5. */
import type { PictureShape } from "../pictures/picture.ts";
import { cutToByte } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { indexWithin } from "./filters/border.ts";
import { farWeight, nearWeight, splineCoefficients } from "./filters/cubic-spline.ts";
import { createScratch } from "./filters/scratch.ts";
import { unitOfFloat32 } from "./unit.ts";

const TURNS = 21;
const fround = Math.fround;

export const circularMotionBlur = defineCorruption({
  name: "circular_motion_blur",
  summary: "Blurs the picture around its middle",
  constants: barStrengths({ cifar: [2.8, 3.6, 4.4, 5.2, 6] }),
  draw: () => ({}),
  applyInto(source, shape, _draw, strength, target) {
    const mostDegrees = level(strength, 15);
    const blurred = sumScratch(source.length).fill(0);
    const coefficients = coefficientsOf(source, shape);
    let total = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      const place = (2 * turn) / (TURNS - 1) - 1;
      const weight = Math.exp(-2 * place * place);
      total += weight;
      if (place === 0) addPicture(blurred, source, fround(weight));
      else addTurned(blurred, coefficients, shape, (place * mostDegrees * Math.PI) / 180, fround(weight));
    }
    const divisor = fround(total);
    for (let at = 0; at < source.length; at++) target[at] = cutToByte(fround(fround(blurred[at]! / divisor) * 255));
  },
});

const sumScratch = createScratch(Float32Array);
const valueScratch = createScratch(Float64Array);
const coefficientScratch = createScratch(Float64Array);

/**
 * Those of the spline through the picture's values, with one mirrored row and column before and two behind:
 * [height + 3, width + 3, channels].
 */
function coefficientsOf(source: Uint8Array, { height, width, channels }: PictureShape): Float64Array {
  const values = valueScratch(source.length);
  for (let at = 0; at < source.length; at++) values[at] = unitOfFloat32[source[at]!]!;
  splineCoefficients(values, 1, height, width * channels);
  splineCoefficients(values, height, width, channels);
  const coefficients = coefficientScratch((height + 3) * (width + 3) * channels);
  for (let y = -1, at = 0; y < height + 2; y++)
    for (let x = -1; x < width + 2; x++) {
      const first = (indexWithin(y, height, "reflect101") * width + indexWithin(x, width, "reflect101")) * channels;
      for (let channel = 0; channel < channels; channel++) coefficients[at++] = values[first + channel]!;
    }
  return coefficients;
}

/** The turn by nothing gives the picture's own float32 values: the spline's are nearer to them than half a step. */
function addPicture(blurred: Float32Array, source: Uint8Array, weight: number): void {
  for (let at = 0; at < source.length; at++) blurred[at] = blurred[at]! + fround(unitOfFloat32[source[at]!]! * weight);
}

/** Black where a turned picture shows what was outside. */
function addTurned(
  blurred: Float32Array,
  coefficients: Float64Array,
  { height, width, channels }: PictureShape,
  angle: number,
  weight: number,
): void {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const middleRow = (height - 1) / 2;
  const middleColumn = (width - 1) / 2;
  const firstRow = middleRow - (cos * middleRow + sin * middleColumn);
  const firstColumn = middleColumn - (-sin * middleRow + cos * middleColumn);
  const stride = (width + 3) * channels;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += channels) {
      const row = cos * y + sin * x + firstRow;
      const column = -sin * y + cos * x + firstColumn;
      if (row < 0 || row > height - 1 || column < 0 || column > width - 1) continue;
      // splineWeightsInto, in variables instead of an array: half of the time
      const top = Math.floor(row);
      const left = Math.floor(column);
      const r0 = farWeight(1 - (row - top));
      const r1 = nearWeight(row - top);
      const r2 = nearWeight(1 - (row - top));
      const r3 = 1 - r0 - r1 - r2;
      const c0 = farWeight(1 - (column - left));
      const c1 = nearWeight(column - left);
      const c2 = nearWeight(1 - (column - left));
      const c3 = 1 - c0 - c1 - c2;
      let i = top * stride + left * channels;
      for (let to = at; to < at + channels; to++, i++) {
        const value =
          r0 * mix(coefficients, i, channels, c0, c1, c2, c3) +
          r1 * mix(coefficients, i + stride, channels, c0, c1, c2, c3) +
          r2 * mix(coefficients, i + 2 * stride, channels, c0, c1, c2, c3) +
          r3 * mix(coefficients, i + 3 * stride, channels, c0, c1, c2, c3);
        blurred[to] = blurred[to]! + fround(fround(value) * weight);
      }
    }
}

function mix(
  coefficients: Float64Array,
  at: number,
  step: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
): number {
  return (
    c0 * coefficients[at]! +
    c1 * coefficients[at + step]! +
    c2 * coefficients[at + 2 * step]! +
    c3 * coefficients[at + 3 * step]!
  );
}
