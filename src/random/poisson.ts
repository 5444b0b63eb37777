/**
 * Poisson counts for a fixed list of means, by inversion: one uniform word a count, looked up in the distribution
 * function. 256 shortcuts a mean begin the search where the word's upper eight bits leave it. Chen, Asau: On generating
 * random variates from an empirical distribution (1974).
 */
import type { Stream } from "./stream.ts";

const TWO_32 = 2 ** 32;
const SHORTCUTS = 256;
/** Probabilities are whole multiples of 2^-32; what is rarer than this beside the mode never comes up. */
const RAREST = 2 ** -60;

const words = new Uint32Array(1024);

export interface PoissonTables {
  /** For each mean, one entry for each count that comes up: the last word that stands for it. */
  readonly lastWords: Uint32Array;
  /** SHORTCUTS for each mean: the first entry that a word of these upper bits can stand for. */
  readonly shortcuts: Uint32Array;
  /** For each mean: what added to the place of an entry is the count. */
  readonly offsets: Int32Array;
}

/** Tables for these means (0 or more), in a few milliseconds for 256 of them; they hold about 13 entries a standard deviation. */
export function poissonTables(means: Float64Array): PoissonTables {
  const lastWords: number[] = [];
  const shortcuts = new Uint32Array(SHORTCUTS * means.length);
  const offsets = new Int32Array(means.length);
  for (const [which, mean] of means.entries()) {
    const { first, probabilities } = poisson(mean);
    const start = lastWords.length;
    let below = 0;
    let skipped = 0;
    for (const [i, probability] of probabilities.entries()) {
      below += probability;
      const last = i === probabilities.length - 1 ? TWO_32 - 1 : Math.round(below * TWO_32) - 1;
      const before = lastWords.length === start ? -1 : lastWords[lastWords.length - 1]!;
      if (before === TWO_32 - 1) break;
      if (last < 0) skipped++;
      else lastWords.push(last);
    }
    offsets[which] = first + skipped - start;
    for (let shortcut = 0, entry = start; shortcut < SHORTCUTS; shortcut++) {
      while (lastWords[entry]! < shortcut * (TWO_32 / SHORTCUTS)) entry++;
      shortcuts[SHORTCUTS * which + shortcut] = entry;
    }
  }
  return { lastWords: Uint32Array.from(lastWords), shortcuts, offsets };
}

/** Fills `counts` with a count for each of `which`, the numbers of means. About 5 ns each. */
export function fillPoisson(
  stream: Stream,
  { lastWords, shortcuts, offsets }: PoissonTables,
  which: Uint8Array,
  counts: Int32Array,
): void {
  for (let start = 0; start < counts.length; start += words.length) {
    const end = Math.min(words.length, counts.length - start);
    stream.fillWords(words);
    for (let i = 0; i < end; i++) {
      const mean = which[start + i]!;
      const word = words[i]!;
      let entry = shortcuts[SHORTCUTS * mean + (word >>> 24)]!;
      while (word > lastWords[entry]!) entry++;
      counts[start + i] = entry + offsets[mean]!;
    }
  }
}

/** Every count that is not too rare, from `first` on, by the ratios of neighbours to the mode. */
function poisson(mean: number): { first: number; probabilities: number[] } {
  const mode = Math.floor(mean);
  const up: number[] = [];
  for (let count = mode + 1, share = mean / count; share > RAREST; count++, share *= mean / count) up.push(share);
  const down: number[] = [];
  for (let count = mode, share = mode / mean; count > 0 && share > RAREST; count--, share *= count / mean)
    down.push(share);
  const shares = [...down.reverse(), 1, ...up];
  const sum = shares.reduce((a, b) => a + b);
  return { first: mode - down.length, probabilities: shares.map((share) => share / sum) };
}
