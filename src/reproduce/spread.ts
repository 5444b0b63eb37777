/** A number of several seeds: their mean, and how far apart they lie. */
export interface SeedNumber {
  readonly seed: number;
  readonly value: number;
}

export interface Spread {
  /** `null` of none. */
  readonly mean: number | null;
  /** Standard deviation over the seeds, divided by n - 1, since they are a sample; `null` of one seed. */
  readonly deviation: number | null;
}

export function spreadOf(values: readonly SeedNumber[]): Spread {
  const count = values.length;
  if (count === 0) return { mean: null, deviation: null };
  const mean = meanOf(values.map(({ value }) => value));
  if (count === 1) return { mean, deviation: null };
  const squares = values.reduce((sum, { value }) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)) };
}

export const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
