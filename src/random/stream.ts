/**
 * Streams: named, stateless sources of randomness. `stream(0, "augment", 7).fork("original", 1234)` is the same numbers
 * in any worker, at any time, whatever else was drawn; another name is independent numbers.
 *
 * For one number or a few: uint32, uniform, integer, normal, gamma. For hundreds: fillWords, fillUniforms, fillIntegers
 * and fillNormals, which are five to ten times as fast: `stream.fillNormals(new Float64Array(n))`. Their numbers are others
 * than those of the single calls.
 */
import { PatinaError } from "../errors.ts";
import { dirichlet, gamma } from "./gamma.ts";
import { philoxInto } from "./philox.ts";
import { permutation, sample } from "./sample.ts";
import { fillFromSeed } from "./xoshiro.ts";
import { fillNormals } from "./ziggurat.ts";

/** What a stream is for: words for purposes, whole numbers for epochs, pictures, steps. */
export type StreamName = string | number;

/** Kinds of blocks, in the counter's last word: numbers that are drawn never meet those that make keys. */
const DRAWN = 0;
const WHOLE_NUMBER = 1;
const WORD = 2;
const SEED = 3;

const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;
const block = new Uint32Array(4);
/** 4 KiB stay in the processor's nearest cache. */
const bulk = new Uint32Array(1024);

/**
 * The stream of a seed and names. `stream(seed, "a", 1)` equals `stream(seed, "a").fork(1)`: make what many share once,
 * and fork it for each picture (about 0.1 µs a number, a little more for a word).
 * Throws `argument` where the seed or a number among the names is not a safe integer.
 */
export function stream(seed: number, ...names: StreamName[]): Stream {
  return new Stream(0, 0).fork(seed, ...names);
}

export class Stream {
  readonly #key0: number;
  readonly #key1: number;
  #blocks = 0;
  #seeds = 0;
  #used = 4;
  #word0 = 0;
  #word1 = 0;
  #word2 = 0;
  #word3 = 0;
  #spareNormal: number | undefined;

  /** The two words of a Philox key, as `key` gives them. */
  constructor(key0: number, key1: number) {
    this.#key0 = key0 >>> 0;
    this.#key1 = key1 >>> 0;
  }

  /** The Philox key: two words of 32 bits, all that another generator needs to continue under this name. */
  get key(): readonly [number, number] {
    return [this.#key0, this.#key1];
  }

  /** The stream of a longer name. It depends on the names only, not on what was drawn from this one. */
  fork(...names: StreamName[]): Stream {
    block[0] = this.#key0;
    block[1] = this.#key1;
    for (const name of names) {
      if (typeof name === "number") absorbNumber(name);
      else absorbWord(name);
    }
    return new Stream(block[0]!, block[1]!);
  }

  /** A whole number of 32 uniform bits. */
  uint32(): number {
    if (this.#used === 4) this.#fill();
    switch (this.#used++) {
      case 0:
        return this.#word0;
      case 1:
        return this.#word1;
      case 2:
        return this.#word2;
      default:
        return this.#word3;
    }
  }

  /** Uniform in [0,1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    return (high * 67_108_864 + (this.uint32() >>> 6)) / 9_007_199_254_740_992;
  }

  /** A uniform whole number in [low, high], both included; every one exactly as probable. */
  integer(low: number, high: number): number {
    const count = high - low + 1;
    if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && count >= 1 && Number.isSafeInteger(count)))
      throw new PatinaError(
        "argument",
        `stream.integer: the interval [${low}, ${high}] is not one of whole numbers. Give its lower end first.`,
      );
    if (count > TWO_32) return low + this.#wide(count);
    // The last, incomplete repetition of the interval in 0..2^32-1 is drawn again: a remainder alone would be biased.
    const limit = TWO_32 - (TWO_32 % count);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return low + (word % count);
  }

  /** Standard normal, by Box and Muller (1958): two at a time, the second kept for the next call. */
  normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform())); // 1 - u: in (0,1], so the logarithm is finite
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** n standard normals: the same as n calls of `normal`. */
  normals(n: number): Float64Array {
    const values = new Float64Array(n);
    for (let i = 0; i < n; i++) values[i] = this.normal();
    return values;
  }

  /** Fills `words` with whole numbers of 32 uniform bits, and returns it, as the next three do. */
  fillWords(words: Uint32Array): Uint32Array {
    philoxInto(block, this.#key0, this.#key1, this.#seeds, Math.floor(this.#seeds / TWO_32), 0, SEED);
    this.#seeds++;
    fillFromSeed(words, block);
    return words;
  }

  /** Fills `values` with uniforms in [0,1), multiples of 2^-32. */
  fillUniforms(values: Float64Array): Float64Array {
    for (let start = 0; start < values.length; start += bulk.length) {
      const count = Math.min(bulk.length, values.length - start);
      this.fillWords(bulk);
      for (let i = 0; i < count; i++) values[start + i] = bulk[i]! / TWO_32;
    }
    return values;
  }

  /** Fills `values` with uniform whole numbers in [low, high], both included and within -128..127; every one exactly as probable. */
  fillIntegers(values: Int8Array, low: number, high: number): Int8Array {
    const count = high - low + 1;
    if (!(Number.isInteger(low) && Number.isInteger(high) && count >= 1 && low >= -128 && high <= 127))
      throw new PatinaError(
        "argument",
        `stream.fillIntegers: [${low}, ${high}] is not an interval of whole numbers in [-128, 127]. Give its lower end first.`,
      );
    // Lemire: Fast random integer generation in an interval (2019). 16 bits times the count: the upper half is the number,
    // and lower halves below 2^16 mod count are drawn again, or some numbers came once more than others.
    const least = TWO_16 % count;
    let filled = 0;
    while (filled < values.length) {
      this.fillWords(bulk);
      for (let i = 0; i < 2 * bulk.length && filled < values.length; i++) {
        const product = ((bulk[i >> 1]! >>> (16 * (i & 1))) & (TWO_16 - 1)) * count;
        if ((product & (TWO_16 - 1)) >= least) values[filled++] = low + (product >>> 16);
      }
    }
    return values;
  }

  /** Fills `values` with standard normals, by the ziggurat method. */
  fillNormals(values: Float64Array): Float64Array {
    fillNormals(this, values);
    return values;
  }

  /** Gamma of the given shape (above 0) and scale 1. */
  gamma(shape: number): number {
    return gamma(this, shape);
  }

  /** Beta(a, b), both above 0. */
  beta(a: number, b: number): number {
    return dirichlet(this, [a, b])[0]!;
  }

  /** Dirichlet: as many weights as alphas (each above 0), adding up to 1. */
  dirichlet(alphas: readonly number[]): Float64Array {
    return dirichlet(this, alphas);
  }

  /** The numbers 0 to n-1 in uniform random order. */
  permutation(n: number): Uint32Array {
    return permutation(this, n);
  }

  /** k of the numbers 0 to n-1 without replacement, in random order: the first k of `permutation(n)`. */
  sample(n: number, k: number): Uint32Array {
    return sample(this, n, k);
  }

  #fill(): void {
    philoxInto(block, this.#key0, this.#key1, this.#blocks, Math.floor(this.#blocks / TWO_32), 0, DRAWN);
    this.#blocks++;
    this.#used = 0;
    this.#word0 = block[0]!;
    this.#word1 = block[1]!;
    this.#word2 = block[2]!;
    this.#word3 = block[3]!;
  }

  /** Uniform in [0, count) for counts above 2^32, from 53 bits, again without the incomplete repetition. */
  #wide(count: number): number {
    const limit = 2 ** 53 - (2 ** 53 % count);
    for (;;) {
      const value = this.uniform() * 2 ** 53;
      if (value < limit) return value % count;
    }
  }
}

/** Replaces the key in the first two words of `block` by its child for a whole number. */
function absorbNumber(name: number): void {
  if (!Number.isSafeInteger(name))
    throw new PatinaError(
      "argument",
      `stream: the name ${name} is not a whole number. Name streams by words and whole numbers.`,
    );
  philoxInto(block, block[0]!, block[1]!, name, Math.floor(name / TWO_32), 0, WHOLE_NUMBER);
}

/** The same for a word: four UTF-16 units a block, each block with what is left, so that no two names read alike. */
function absorbWord(name: string): void {
  for (let at = 0; at === 0 || at < name.length; at += 4) {
    const low = unit(name, at) | (unit(name, at + 1) << 16);
    const high = unit(name, at + 2) | (unit(name, at + 3) << 16);
    philoxInto(block, block[0]!, block[1]!, low, high, name.length - at, WORD);
  }
}

function unit(name: string, at: number): number {
  return at < name.length ? name.charCodeAt(at) : 0;
}
