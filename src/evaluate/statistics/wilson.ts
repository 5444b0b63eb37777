/** How far an accuracy on so many pictures can be trusted. */

/** Two-sided 95 % of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * The interval [low, high] of a share, 95 %. For one set of independent pictures; not for cells taken together, where each
 * picture occurs several times: there `meanWithRange`. Source: Wilson (1927), metrics.md 4.
 */
export function wilsonRange(correct: number, count: number): [number, number] {
  const share = correct / count;
  const widening = 1 + Z ** 2 / count;
  const centre = (share + Z ** 2 / (2 * count)) / widening;
  const half = (Z / widening) * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  return [Math.max(0, centre - half), Math.min(1, centre + half)]; // beyond by rounding only
}
