/**
 * Discrete Fourier transforms of any length, by Stockham's method: in each step butterflies of one factor of the length,
 * sorted on the way. Factors 4 and 2 have their own butterflies; another prime p costs p a number. Van Loan:
 * Computational frameworks for the fast Fourier transform (1992), 1.7.
 */
import { lastMade } from "./last-made.ts";

export interface ComplexArray {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * The inverse transform (positive exponent, not divided by the length) of every column of `from`, [length, columns].
 * Both arrays are written to; returns the one of them that holds the result. Columns lie side by side so that the
 * innermost loop is over them, with one root of unity: a third faster than transforms one by one.
 */
export function inverseTransform(
  from: ComplexArray,
  other: ComplexArray,
  length: number,
  columns: number,
): ComplexArray {
  const roots = rootsOf(`${length}`, () => makeRoots(length));
  let [a, b] = [from, other];
  let turn = 1;
  for (const factor of roots.factors) {
    const step = { factor, left: length / (turn * factor), stride: columns * turn, turn, roots };
    if (factor === 4) butterfliesOf4(a, b, step);
    else if (factor === 2) butterfliesOf2(a, b, step);
    else butterflies(a, b, step);
    turn *= factor;
    [a, b] = [b, a];
  }
  return a;
}

interface Step {
  readonly factor: number;
  /** Groups of inputs: the length that is still to be transformed after this step. */
  readonly left: number;
  /** Numbers side by side that take the same root. */
  readonly stride: number;
  /** Roots of the whole length in one root of this step's length. */
  readonly turn: number;
  readonly roots: Roots;
}

interface Roots extends ComplexArray {
  readonly factors: readonly number[];
}

const rootsOf = lastMade<Roots>(8);

function makeRoots(length: number): Roots {
  const angles = Array.from({ length }, (_, k) => (2 * Math.PI * k) / length);
  return {
    factors: factorsOf(length),
    real: Float64Array.from(angles, Math.cos),
    imaginary: Float64Array.from(angles, Math.sin),
  };
}

function factorsOf(length: number): number[] {
  const factors: number[] = [];
  for (let left = length, factor = 4; left > 1; ) {
    if (left % factor === 0) {
      factors.push(factor);
      left /= factor;
    } else factor = factor === 4 ? 2 : factor === 2 ? 3 : factor + 2;
  }
  return factors;
}

function butterfliesOf4(
  { real: ar, imaginary: ai }: ComplexArray,
  { real: br, imaginary: bi }: ComplexArray,
  { left, stride, turn, roots: { real, imaginary } }: Step,
): void {
  const far = stride * left;
  for (let p = 0; p < left; p++) {
    const r1 = real[p * turn]!;
    const i1 = imaginary[p * turn]!;
    const r2 = real[2 * p * turn]!;
    const i2 = imaginary[2 * p * turn]!;
    const r3 = real[3 * p * turn]!;
    const i3 = imaginary[3 * p * turn]!;
    let from = stride * p;
    let to = 4 * from;
    for (const end = from + stride; from < end; from++, to++) {
      const evenR = ar[from]! + ar[from + 2 * far]!;
      const evenI = ai[from]! + ai[from + 2 * far]!;
      const oddR = ar[from + far]! + ar[from + 3 * far]!;
      const oddI = ai[from + far]! + ai[from + 3 * far]!;
      const evenDifferenceR = ar[from]! - ar[from + 2 * far]!;
      const evenDifferenceI = ai[from]! - ai[from + 2 * far]!;
      const oddDifferenceR = ar[from + far]! - ar[from + 3 * far]!;
      const oddDifferenceI = ai[from + far]! - ai[from + 3 * far]!;
      br[to] = evenR + oddR;
      bi[to] = evenI + oddI;
      const x1 = evenDifferenceR - oddDifferenceI;
      const y1 = evenDifferenceI + oddDifferenceR;
      br[to + stride] = x1 * r1 - y1 * i1;
      bi[to + stride] = x1 * i1 + y1 * r1;
      const x2 = evenR - oddR;
      const y2 = evenI - oddI;
      br[to + 2 * stride] = x2 * r2 - y2 * i2;
      bi[to + 2 * stride] = x2 * i2 + y2 * r2;
      const x3 = evenDifferenceR + oddDifferenceI;
      const y3 = evenDifferenceI - oddDifferenceR;
      br[to + 3 * stride] = x3 * r3 - y3 * i3;
      bi[to + 3 * stride] = x3 * i3 + y3 * r3;
    }
  }
}

function butterfliesOf2(
  { real: ar, imaginary: ai }: ComplexArray,
  { real: br, imaginary: bi }: ComplexArray,
  { left, stride, turn, roots: { real, imaginary } }: Step,
): void {
  const far = stride * left;
  for (let p = 0; p < left; p++) {
    const r = real[p * turn]!;
    const i = imaginary[p * turn]!;
    let from = stride * p;
    let to = 2 * from;
    for (const end = from + stride; from < end; from++, to++) {
      const differenceR = ar[from]! - ar[from + far]!;
      const differenceI = ai[from]! - ai[from + far]!;
      br[to] = ar[from]! + ar[from + far]!;
      bi[to] = ai[from]! + ai[from + far]!;
      br[to + stride] = differenceR * r - differenceI * i;
      bi[to + stride] = differenceR * i + differenceI * r;
    }
  }
}

function butterflies(
  { real: ar, imaginary: ai }: ComplexArray,
  { real: br, imaginary: bi }: ComplexArray,
  { factor, left, stride, turn, roots: { real, imaginary } }: Step,
): void {
  const length = real.length;
  for (let p = 0; p < left; p++)
    for (let k = 0; k < factor; k++) {
      const to = stride * (factor * p + k);
      br.fill(0, to, to + stride);
      bi.fill(0, to, to + stride);
      for (let j = 0; j < factor; j++) {
        const root = (k * (p * turn + (j * length) / factor)) % length;
        const r = real[root]!;
        const i = imaginary[root]!;
        const from = stride * (p + j * left);
        for (let q = 0; q < stride; q++) {
          br[to + q] = br[to + q]! + ar[from + q]! * r - ai[from + q]! * i;
          bi[to + q] = bi[to + q]! + ar[from + q]! * i + ai[from + q]! * r;
        }
      }
    }
}
