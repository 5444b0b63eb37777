/** Rounds: the sides measure in turn, so that all meet the same machine. */

/** PATINA_BENCH_QUICK=1: one short round of everything, to see that it runs. Its figures mean nothing. */
export const isQuick = process.env.PATINA_BENCH_QUICK === "1";

/** Measures a few times in a row, all in one unit. */
export type Side = () => readonly number[] | Promise<readonly number[]>;

/** The median of each side over all rounds. Each has one round before the first, to warm up, which does not count. */
export async function measureInTurn(rounds: number, sides: readonly Side[]): Promise<number[]> {
  const measured: number[][] = sides.map(() => []);
  for (let round = 0; round <= rounds; round++)
    for (const [index, side] of sides.entries()) {
      const figures = await side();
      if (round > 0) measured[index]!.push(...figures);
    }
  return measured.map(median);
}

/** The value in the middle, or the mean of the two. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
