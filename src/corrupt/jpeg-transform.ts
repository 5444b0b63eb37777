/**
 * The cosine transform of 8x8 blocks and its inverse in whole numbers: libjpeg's accurate one (jfdctint, jidctint), after
 * Loeffler, Ligtenberg and Moschytz (1989). Source: corruptions-c.md 5, whose letters the constants keep.
 */

// Multiples of 2^13.
const A = 2446;
const B = 3196;
const C = 4433;
const D = 6270;
const E = 7373;
const F = 9633;
const G = 12_299;
const H = 15_137;
const I = 16_069;
const J = 16_819;
const K = 20_995;
const L = 25_172;

/** Values of -128 to 127 become coefficients, eight times the orthonormal ones. In place. */
export function forwardTransform(block: Int32Array): void {
  for (let row = 0; row < 64; row += 8) forwardLine(block, row, 1, 11);
  for (let column = 0; column < 8; column++) forwardLine(block, column, 8, 15);
}

/** Coefficients become values again, 128 below bytes, and not yet cut to their range. In place. */
export function inverseTransform(block: Int32Array): void {
  for (let column = 0; column < 8; column++) inverseLine(block, column, 8, 11);
  for (let row = 0; row < 64; row += 8) inverseLine(block, row, 1, 18);
}

function forwardLine(block: Int32Array, at: number, step: number, shift: number): void {
  const x0 = block[at]!;
  const x1 = block[at + step]!;
  const x2 = block[at + 2 * step]!;
  const x3 = block[at + 3 * step]!;
  const x4 = block[at + 4 * step]!;
  const x5 = block[at + 5 * step]!;
  const x6 = block[at + 6 * step]!;
  const x7 = block[at + 7 * step]!;
  const t4 = x3 - x4;
  const t5 = x2 - x5;
  const t6 = x1 - x6;
  const t7 = x0 - x7;
  const p = x0 + x7 + x3 + x4;
  const s = x0 + x7 - x3 - x4;
  const q = x1 + x6 + x2 + x5;
  const r = x1 + x6 - x2 - x5;
  const half = 1 << (shift - 1);
  // The first pass keeps two bits of fraction, the second drops them.
  block[at] = shift === 11 ? (p + q) << 2 : (p + q + 2) >> 2;
  block[at + 4 * step] = shift === 11 ? (p - q) << 2 : (p - q + 2) >> 2;
  const e = Math.imul(r + s, C) + half;
  block[at + 2 * step] = (e + Math.imul(s, D)) >> shift;
  block[at + 6 * step] = (e - Math.imul(r, H)) >> shift;
  const z5 = Math.imul(t4 + t6 + t5 + t7, F) + half;
  const z1 = -Math.imul(t4 + t7, E);
  const z2 = -Math.imul(t5 + t6, K);
  const z3 = z5 - Math.imul(t4 + t6, I);
  const z4 = z5 - Math.imul(t5 + t7, B);
  block[at + 7 * step] = (Math.imul(t4, A) + z1 + z3) >> shift;
  block[at + 5 * step] = (Math.imul(t5, J) + z2 + z4) >> shift;
  block[at + 3 * step] = (Math.imul(t6, L) + z2 + z3) >> shift;
  block[at + step] = (Math.imul(t7, G) + z1 + z4) >> shift;
}

function inverseLine(block: Int32Array, at: number, step: number, shift: number): void {
  const x0 = block[at]!;
  const x1 = block[at + step]!;
  const x2 = block[at + 2 * step]!;
  const x3 = block[at + 3 * step]!;
  const x4 = block[at + 4 * step]!;
  const x5 = block[at + 5 * step]!;
  const x6 = block[at + 6 * step]!;
  const x7 = block[at + 7 * step]!;
  const half = 1 << (shift - 1);
  if ((x1 | x2 | x3 | x4 | x5 | x6 | x7) === 0) {
    // Most lines of a compressed picture: the general case gives the same.
    const value = ((x0 << 13) + half) >> shift;
    for (let i = 0; i < 8; i++) block[at + i * step] = value;
    return;
  }
  const e = Math.imul(x2 + x6, C);
  const a2 = e - Math.imul(x6, H);
  const a3 = e + Math.imul(x2, D);
  const a0 = ((x0 + x4) << 13) + half;
  const a1 = ((x0 - x4) << 13) + half;
  const p = a0 + a3;
  const s = a0 - a3;
  const q = a1 + a2;
  const r = a1 - a2;
  const z5 = Math.imul(x7 + x3 + x5 + x1, F);
  const z1 = -Math.imul(x7 + x1, E);
  const z2 = -Math.imul(x5 + x3, K);
  const z3 = z5 - Math.imul(x7 + x3, I);
  const z4 = z5 - Math.imul(x5 + x1, B);
  const t0 = Math.imul(x7, A) + z1 + z3;
  const t1 = Math.imul(x5, J) + z2 + z4;
  const t2 = Math.imul(x3, L) + z2 + z3;
  const t3 = Math.imul(x1, G) + z1 + z4;
  block[at] = (p + t3) >> shift;
  block[at + step] = (q + t2) >> shift;
  block[at + 2 * step] = (r + t1) >> shift;
  block[at + 3 * step] = (s + t0) >> shift;
  block[at + 4 * step] = (s - t0) >> shift;
  block[at + 5 * step] = (r - t1) >> shift;
  block[at + 6 * step] = (q - t2) >> shift;
  block[at + 7 * step] = (p - t3) >> shift;
}
