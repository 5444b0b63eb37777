/**
 * Noise with a given spectrum: amplitudes by frequency, phases by chance, back to the picture, real part, unit deviation.
 * Source: corruptions-cbar.md 4.1. Frequencies are counted in periods on the shorter side, so the noise of a picture that
 * is not square looks the same in both directions.
 */
import type { PictureShape } from "../../pictures/picture.ts";
import type { Stream } from "../../random/stream.ts";
import { shorterSide } from "../bar-rules.ts";
import { type ComplexArray, inverseTransform } from "./fourier.ts";
import { lastMade } from "./last-made.ts";
import { createScratch } from "./scratch.ts";
import { sinCosInto } from "./trigonometry.ts";

/** blue: the amplitude grows with the frequency f; brown: 1 / (f^2 + 1). */
export type Spectrum = "blue" | "brown";

/** Phases in one field: half of the plane, since the other half repeats it turned by 180 degrees. */
export function phaseCount({ height, width }: PictureShape): number {
  return (height * width) >> 1;
}

/** The phases of `count` fields, one after the other, in [0, 2 pi). */
export function drawPhases(stream: Stream, shape: PictureShape, count: number): Float64Array {
  const phases = new Float64Array(count * phaseCount(shape));
  stream.fillUniforms(phases);
  for (let i = 0; i < phases.length; i++) phases[i] = 2 * Math.PI * phases[i]!;
  return phases;
}

/** Field number `index` of those phases, [height * width], of unit deviation; valid until the next call. */
export function spectralField(
  phases: Float64Array,
  index: number,
  shape: PictureShape,
  spectrum: Spectrum,
): Float64Array {
  const { height, width } = shape;
  const columns = (width >> 1) + 1;
  const half = (height + 1) >> 1;
  const count = phaseCount(shape);
  const [a, b] = complexScratch(Math.max(height * columns, width * half));
  const plan = planOf(`${spectrum} ${height} ${width}`, () => makePlan(shape, spectrum));
  fillSpectrum(a, plan, phases.subarray(index * count, (index + 1) * count));
  const byRow = inverseTransform(a, b, height, columns);
  const free = byRow === a ? b : a;
  pairRows(byRow, free, height, width);
  const field = fieldScratch(height * width);
  unpairRows(inverseTransform(free, byRow, width, half), field, height, width);
  normalise(field, height * width);
  return field;
}

const sineScratch = createScratch(Float64Array);
const cosineScratch = createScratch(Float64Array);
const fieldScratch = createScratch(Float64Array);
const parts = Array.from({ length: 4 }, () => createScratch(Float64Array));

function complexScratch(length: number): [ComplexArray, ComplexArray] {
  const [a, b, c, d] = parts.map((scratch) => scratch(length));
  return [
    { real: a!, imaginary: b! },
    { real: c!, imaginary: d! },
  ];
}

/** For each frequency [height, floor(width/2) + 1], the phases of it and of its negative, and its amplitude. */
interface Plan {
  readonly phase: Int32Array;
  readonly opposite: Int32Array;
  readonly amplitude: Float64Array;
}

const planOf = lastMade<Plan>(4);

function makePlan(shape: PictureShape, spectrum: Spectrum): Plan {
  const { height, width } = shape;
  const columns = (width >> 1) + 1;
  const middleRow = height >> 1;
  const middleColumn = width >> 1;
  const plan = {
    phase: new Int32Array(height * columns),
    opposite: new Int32Array(height * columns),
    amplitude: new Float64Array(height * columns),
  };
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < columns; column++, at++) {
      const y = (row + middleRow) % height;
      const x = (column + middleColumn) % width;
      plan.phase[at] = phaseAt(shape, y, x);
      plan.opposite[at] = phaseAt(shape, (height - row + middleRow) % height, (width - column + middleColumn) % width);
      const dy = ((y - middleRow) * shorterSide(shape)) / height;
      const dx = ((x - middleColumn) * shorterSide(shape)) / width;
      const frequency = Math.sqrt(dx * dx + dy * dy);
      plan.amplitude[at] = spectrum === "blue" ? frequency : 1 / (frequency * frequency + 1);
    }
  return plan;
}

/** Where the phase of (y, x) stands; those of an odd width end with the middle column, whose middle is 0: the last one. */
function phaseAt(shape: PictureShape, y: number, x: number): number {
  const { height, width } = shape;
  const half = width >> 1;
  if (x < half) return y * half + x;
  if (width % 2 === 0 || x > half) return phaseAt(shape, height - 1 - y, width - 1 - x);
  if (y < height >> 1) return height * half + y;
  return y === height - 1 - y ? phaseCount(shape) : phaseAt(shape, height - 1 - y, x);
}

/**
 * Twice the part of the spectrum that is symmetric, Z(f) + conj Z(-f): its transform is twice the real part of Z's, and
 * half of it is enough, with half the work.
 */
function fillSpectrum(
  { real, imaginary }: ComplexArray,
  { phase, opposite, amplitude }: Plan,
  phases: Float64Array,
): void {
  const count = phases.length;
  const sines = sineScratch(count + 1);
  const cosines = cosineScratch(count + 1);
  sinCosInto(phases, sines, cosines, count);
  sines[count] = 0;
  cosines[count] = 1;
  for (let i = 0; i < amplitude.length; i++) {
    const a = phase[i]!;
    const b = opposite[i]!;
    real[i] = amplitude[i]! * (cosines[a]! + cosines[b]!);
    imaginary[i] = amplitude[i]! * (sines[a]! - sines[b]!);
  }
}

/**
 * [height, floor(width/2) + 1] -> [width, half of the height]. The rows to come are real, so two share a transform: one
 * as the real part, the other, half the height below, as the imaginary part.
 */
function pairRows(from: ComplexArray, to: ComplexArray, height: number, width: number): void {
  const columns = (width >> 1) + 1;
  const half = (height + 1) >> 1;
  for (let row = 0; row < half; row++) {
    const upper = row * columns;
    const lower = row + half < height ? upper + half * columns : -1;
    for (let column = 0; column < columns; column++) {
      const upperR = from.real[upper + column]!;
      const upperI = from.imaginary[upper + column]!;
      const lowerR = lower < 0 ? 0 : from.real[lower + column]!;
      const lowerI = lower < 0 ? 0 : from.imaginary[lower + column]!;
      to.real[column * half + row] = upperR - lowerI;
      to.imaginary[column * half + row] = upperI + lowerR;
      if (column === 0 || 2 * column >= width) continue;
      to.real[(width - column) * half + row] = upperR + lowerI;
      to.imaginary[(width - column) * half + row] = lowerR - upperI;
    }
  }
}

function unpairRows({ real, imaginary }: ComplexArray, field: Float64Array, height: number, width: number): void {
  const half = (height + 1) >> 1;
  for (let row = 0, at = 0; row < height; row++) {
    const part = row < half ? real : imaginary;
    for (let from = row % half; from < width * half; from += half, at++) field[at] = part[from]!;
  }
}

/** Divides by the population standard deviation, which also takes out every constant factor so far. */
function normalise(field: Float64Array, count: number): void {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const value = field[i]!;
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  const scale = 1 / Math.sqrt(squares / count - mean * mean);
  for (let i = 0; i < count; i++) field[i] = field[i]! * scale;
}
