/** Permutations and samples without replacement, by the shuffle of Fisher and Yates. */
import { PatinaError } from "../errors.ts";
import type { Stream } from "./stream.ts";

/** Below this share of the whole, a sample keeps only what it moved: 25,000 of a million need no million numbers. */
const SPARSE_SHARE = 1 / 16;

export function permutation(stream: Stream, n: number): Uint32Array {
  return sample(stream, n, n);
}

/** The first k of a permutation of n; the same numbers whichever way they are kept. */
export function sample(stream: Stream, n: number, k: number): Uint32Array {
  if (!(Number.isInteger(n) && Number.isInteger(k) && k >= 0 && k <= n && n <= 2 ** 32))
    throw new PatinaError(
      "argument",
      `stream.sample: ${k} of ${n} cannot be drawn without replacement. Give whole numbers, the first not above the second.`,
    );
  return k < n * SPARSE_SHARE ? sparse(stream, n, k) : dense(stream, n, k);
}

function dense(stream: Stream, n: number, k: number): Uint32Array {
  const numbers = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < k; i++) {
    const other = stream.integer(i, n - 1);
    const kept = numbers[other]!;
    numbers[other] = numbers[i]!;
    numbers[i] = kept;
  }
  return k === n ? numbers : numbers.slice(0, k);
}

function sparse(stream: Stream, n: number, k: number): Uint32Array {
  const moved = new Map<number, number>();
  return Uint32Array.from({ length: k }, (_, i) => {
    const other = stream.integer(i, n - 1);
    const kept = moved.get(other) ?? other;
    moved.set(other, moved.get(i) ?? i);
    return kept;
  });
}
