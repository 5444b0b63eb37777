/**
 * Tests of distributions. The thresholds are for a false alarm of one in a million: a sound generator fails with one
 * seed in a million, and the seeds here are fixed.
 */

/** Kolmogorov and Smirnov: the largest distance between the shares below each value and what the law says. */
export function largestDistance(values: Float64Array, law: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort();
  let distance = 0;
  for (const [i, value] of sorted.entries()) {
    const expected = law(value);
    distance = Math.max(distance, expected - i / sorted.length, (i + 1) / sorted.length - expected);
  }
  return distance;
}

/** The distance passed once in a million: sqrt(ln(2/1e-6) / (2 n)). 0.0085 for 100,000 values, 0.019 for 20,000. */
export const distanceLimit = (count: number) => Math.sqrt(Math.log(2e6) / (2 * count));

/** Pearson's chi-squared of counts that should all be equal. */
export function chiSquared(counts: ArrayLike<number>): number {
  const all = Array.from(counts);
  const expected = all.reduce((a, b) => a + b, 0) / all.length;
  return all.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** The chi-squared passed once in a million, by Wilson and Hilferty (within 1 % for 5 or more cells). */
export function chiSquaredLimit(cells: number): number {
  const freedom = cells - 1;
  return freedom * (1 - 2 / (9 * freedom) + 4.7534 * Math.sqrt(2 / (9 * freedom))) ** 3;
}

/** The distribution function of the standard normal, by Abramowitz and Stegun 7.1.26 (error below 1e-7). */
export function normalLaw(x: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2);
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * polynomial * Math.exp((-x * x) / 2);
  return x < 0 ? tail : 1 - tail;
}

/** The distribution function of gamma(shape): the series of the incomplete gamma function. */
export function gammaLaw(shape: number): (x: number) => number {
  return (x) => {
    if (x <= 0) return 0;
    let term = 1 / shape;
    let sum = term;
    for (let n = 1; n < 1_000 && term > sum * 1e-14; n++) {
      term *= x / (shape + n);
      sum += term;
    }
    return Math.min(1, sum * Math.exp(shape * Math.log(x) - x - logGammaFunction(shape)));
  };
}

/** The distribution function of beta(a, b), by adding up its density in 20,000 steps of the logit. */
export function betaLaw(a: number, b: number): (x: number) => number {
  const steps = 20_000;
  const width = 80; // logits from -40 to 40: all but 4e-18 to the power a (or b) of the mass
  const total = new Float64Array(steps + 1);
  for (let i = 0; i < steps; i++) {
    const logit = -width / 2 + ((i + 0.5) * width) / steps;
    const below = Math.log1p(Math.exp(-Math.abs(logit)));
    const logX = logit < 0 ? logit - below : -below;
    const logRest = logit < 0 ? -below : -logit - below;
    total[i + 1] = total[i]! + Math.exp(a * logX + b * logRest);
  }
  return (x) => {
    const logit = Math.log(x / (1 - x));
    const place = Math.min(steps, Math.max(0, ((logit + width / 2) / width) * steps));
    const low = Math.min(steps - 1, Math.floor(place));
    return (total[low]! + (place - low) * (total[low + 1]! - total[low]!)) / total[steps]!;
  };
}

/** ln Γ(x) by Stirling's series, after moving x above 10. */
function logGammaFunction(x: number): number {
  if (x < 10) return logGammaFunction(x + 1) - Math.log(x);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3);
}
