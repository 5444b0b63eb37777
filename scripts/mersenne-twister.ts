/**
 * MT19937, from which the original C-bar program draws: some goldens hold the seed of a stream in place of its numbers.
 * Matsumoto, Nishimura: Mersenne twister (1998); the order of consumption is that of corruptions-cbar.md 3.2.
 */
const WORDS = 624;
const SHIFT = 397;

export class MersenneTwister {
  readonly #state = new Uint32Array(WORDS);
  #used = WORDS;
  #spareNormal: number | undefined;

  /** `seed` is a whole number below 2^32. */
  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      const last = this.#state[i - 1]!;
      this.#state[i] = Math.imul(1_812_433_253, last ^ (last >>> 30)) + i;
    }
  }

  uint32(): number {
    if (this.#used === WORDS) this.#twist();
    let word = this.#state[this.#used++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** Uniform in [0,1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    return (high * 67_108_864 + (this.uint32() >>> 6)) / 9_007_199_254_740_992;
  }

  /** Uniform in [low, high), `count` in a row. */
  uniforms(count: number, low = 0, high = 1): Float64Array {
    return Float64Array.from({ length: count }, () => low + (high - low) * this.uniform());
  }

  /** A whole number from 0 to `highest`: words under a mask of ones until one is not above it. */
  integer(highest: number): number {
    const mask = 0xffffffff >>> Math.clz32(highest);
    for (;;) {
      const value = (this.uint32() & mask) >>> 0;
      if (value <= highest) return value;
    }
  }

  /** Standard normal by Marsaglia's polar method, two at a time: the second waits for the next call. */
  normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = factor * x;
      return factor * y;
    }
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < WORDS; i++) {
      const bits = (state[i]! & 0x80000000) | (state[(i + 1) % WORDS]! & 0x7fffffff);
      state[i] = state[(i + SHIFT) % WORDS]! ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
    }
    this.#used = 0;
  }
}
