/** Mixes in grey clouds: the turbulence of gradient noise in five octaves. Source: corruptions-cbar.md 5. */
import type { Stream } from "../random/stream.ts";
import { cutToByte, shorterSide } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { createScratch } from "./filters/scratch.ts";

/** Gradients, and numbers in the permutation. */
const COUNT = 256;
const OCTAVES = [1, 2, 4, 8, 16];

export const perlinNoise = defineCorruption({
  name: "perlin_noise",
  summary: "Mixes in grey clouds",
  constants: barStrengths({ imageNet: [4.6, 5.2, 5.8, 7.6, 8.8] }),
  /** `gradients`: [256, 2], of length 1, or not numbers where the original divides 0 by 0, in 1 of 262,144. */
  draw: (stream) => ({ gradients: drawGradients(stream), permutation: drawPermutation(stream) }),
  applyInto(source, shape, { gradients, permutation }, strength, target) {
    const { height, width, channels } = shape;
    const alpha = level(strength, 0.5);
    const share = Math.fround(1 - alpha);
    const scale = 1 / ((32 * shorterSide(shape)) / 224); // so that 7 cells of the first octave fit the shorter side
    permute(gradients, permutation);
    const turbulence = rowScratch(width);
    for (let y = 0, at = 0; y < height; y++) {
      turbulence.fill(0, 0, width);
      for (const octave of OCTAVES)
        addRow(turbulence, octave * (y * scale), octave * scale, width, octave, permutation);
      for (let x = 0; x < width; x++) {
        const cloud = 0.5 * turbulence[x]! + 0.5;
        const added = 255 * alpha * (cloud > 1 ? 1 : cloud);
        for (let channel = 0; channel < channels; channel++, at++)
          target[at] = cutToByte(Math.fround(share * source[at]!) + added);
      }
    }
  },
});

const words = new Uint32Array(COUNT);
const inOrder = Uint8Array.from({ length: COUNT }, (_, i) => i);

/** Two whole numbers in [-256, 255], brought to length 1. */
function drawGradients(stream: Stream): Float64Array {
  stream.fillWords(words);
  const gradients = new Float64Array(2 * COUNT);
  for (let i = 0; i < gradients.length; i += 2) {
    const bits = words[i >> 1]!;
    const a = (bits & 511) - 256;
    const b = (bits >>> 23) - 256;
    const length = Math.sqrt(a * a + b * b);
    gradients[i] = a / length;
    gradients[i + 1] = b / length;
  }
  return gradients;
}

/** As the original shuffles: every number with any, which does not make all orders equally probable. */
function drawPermutation(stream: Stream): Uint8Array {
  stream.fillWords(words);
  const permutation = Uint8Array.from(inOrder);
  for (let i = COUNT - 1; i >= 0; i--) {
    const other = words[i]! >>> 24;
    const kept = permutation[i]!;
    permutation[i] = permutation[other]!;
    permutation[other] = kept;
  }
  return permutation;
}

/** The gradient at each place of the permutation, twice over, so that the sum of two numbers below 256 finds its own. */
const down = new Float64Array(2 * COUNT);
const across = new Float64Array(2 * COUNT);

function permute(gradients: Float64Array, permutation: Uint8Array): void {
  for (let i = 0; i < 2 * COUNT; i++) {
    const from = 2 * permutation[i & 255]!;
    down[i] = gradients[from]!;
    across[i] = gradients[from + 1]!;
  }
}

const rowScratch = createScratch(Float64Array);

/** Adds |noise| / octave along a row of the picture: at (row, 0), (row, step), (row, 2 step) ... of the plane. */
function addRow(
  turbulence: Float64Array,
  row: number,
  step: number,
  width: number,
  octave: number,
  permutation: Uint8Array,
): void {
  const t = row + 4096; // multiples of 256 change nothing but the rounding
  const cell = Math.floor(t);
  const top = t - cell;
  const bottom = top - 1;
  const smoothRow = top * top * (3 - 2 * top);
  const upper = permutation[cell & 255]!;
  const lower = permutation[(cell + 1) & 255]!;
  const part = 1 / octave;
  const [gradientsDown, gradientsAcross] = [down, across];
  for (let x = 0; x < width; x++) {
    const t = x * step + 4096;
    const cell = Math.floor(t);
    const left = t - cell;
    const right = left - 1;
    const smooth = left * left * (3 - 2 * left);
    const near = cell & 255;
    const far = (cell + 1) & 255;
    const a = top * gradientsDown[upper + near]! + left * gradientsAcross[upper + near]!;
    const b = bottom * gradientsDown[lower + near]! + left * gradientsAcross[lower + near]!;
    const c = top * gradientsDown[upper + far]! + right * gradientsAcross[upper + far]!;
    const d = bottom * gradientsDown[lower + far]! + right * gradientsAcross[lower + far]!;
    const e = a + smoothRow * (b - a);
    const f = c + smoothRow * (d - c);
    turbulence[x] = turbulence[x]! + Math.abs(1.5 * (e + smooth * (f - e))) * part;
  }
}
