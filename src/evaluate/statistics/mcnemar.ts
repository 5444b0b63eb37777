/** Whether two models differ on the same pictures. Source: McNemar (1947), metrics.md 5. */
import { logGamma } from "./log-gamma.ts";

/**
 * Two-sided exact probability of so uneven a division where both models are equally good; 1 where they never differ. For
 * one cell, or for clean pictures; cells are not pooled, since pictures would count several times.
 * @param onlyFirst pictures that only the first model gets right
 * @param onlySecond pictures that only the second gets right
 */
export function mcNemar(onlyFirst: number, onlySecond: number): number {
  const count = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // P(k = fewer) of Binomial(count, 1/2); from there down, each term from the one above it.
  const point = Math.exp(logGamma(count + 1) - logGamma(fewer + 1) - logGamma(count - fewer + 1) - count * Math.LN2);
  let tail = 0;
  let term = point;
  for (let k = fewer; k >= 0 && term > 0; k--) {
    tail += term;
    term *= k / (count - k + 1);
  }
  return Math.min(1, 2 * tail);
}
