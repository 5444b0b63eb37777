/** Many tests at once. */

/**
 * p values as if they had been the only one, in the order given. Source: Holm (1979), metrics.md 5.
 * The i-th smallest of m is multiplied by m - i + 1; none is below a smaller one's, none above 1.
 */
export function adjustHolm(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const adjusted = new Array<number>(values.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, values[index]! * (values.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}
