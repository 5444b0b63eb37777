/** Whether two models differ on the same pictures. Source: McNemar (1947), Fagerland et al. (2013), metrics.md 5. */
import { chiSquareTail, logGamma } from "./special-functions.ts";

export interface McNemar {
  /** Two-sided probability of so uneven a division where both are equally good; 1 where they never differ. */
  exact: number;
  /** The same, counting half of the division that was found: nearer to its nominal level. */
  midP: number;
  /** With one degree of freedom; undefined where the models never differ. */
  chiSquare: { statistic: number; p: number } | undefined;
  /** With the correction for continuity. */
  corrected: { statistic: number; p: number } | undefined;
}

/**
 * Compares them on one cell, or on clean pictures; cells are not pooled, since pictures would count several times.
 * @param onlyFirst pictures that only the first model gets right
 * @param onlySecond pictures that only the second gets right
 */
export function mcNemar(onlyFirst: number, onlySecond: number): McNemar {
  const count = onlyFirst + onlySecond;
  if (count === 0) return { exact: 1, midP: 1, chiSquare: undefined, corrected: undefined };
  const fewer = Math.min(onlyFirst, onlySecond);
  // P(k = fewer) of Binomial(count, 1/2); from there down, each term from the one above it.
  const point = Math.exp(logGamma(count + 1) - logGamma(fewer + 1) - logGamma(count - fewer + 1) - count * Math.LN2);
  let tail = 0;
  let term = point;
  for (let k = fewer; k >= 0 && term > 0; k--) {
    tail += term;
    term *= k / (count - k + 1);
  }
  const difference = Math.abs(onlyFirst - onlySecond);
  const test = (statistic: number) => ({ statistic, p: chiSquareTail(statistic) });
  return {
    exact: Math.min(1, 2 * tail),
    midP: Math.min(1, 2 * tail - point), // where both are equal, the middle counts on both sides: 1
    chiSquare: test(difference ** 2 / count),
    corrected: test(Math.max(0, difference - 1) ** 2 / count),
  };
}
